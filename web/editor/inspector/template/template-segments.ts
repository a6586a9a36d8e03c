import { templatePieces } from '#shared/expression/template.ts'
import type { DataPath } from '../data/path-expression.ts'
import { expressionOfPath } from '../data/path-expression.ts'

/** A part of a value as the field shows it; `start` and `end` are places in the stored text. */
export type Segment =
  | { kind: 'text'; text: string; start: number; end: number }
  /** A value from an earlier step, perhaps with what to use when it is empty. */
  | { kind: 'pill'; path: DataPath; fallback?: string; source: string; start: number; end: number }
  /** Any other formula; `error` is set while it can't be read. */
  | { kind: 'formula'; source: string; error?: string; start: number; end: number }

export type Hole = Exclude<Segment, { kind: 'text' }>

/** The stored text of a value, taken apart into plain text, pills and formulas. */
export function segmentsOf(text: string): Segment[] {
  const segments: Segment[] = []
  for (const piece of templatePieces(text)) {
    // A hole that is still being typed stays text: a red pill that swallows the rest of the line helps nobody.
    const isOpen = piece.kind === 'hole' && !text.slice(0, piece.end).endsWith('}}')
    if (piece.kind === 'text' || isOpen) {
      const last = segments.at(-1)
      const own = text.slice(piece.start, piece.end)
      if (last?.kind === 'text') segments[segments.length - 1] = { ...last, text: last.text + own, end: piece.end }
      else segments.push({ kind: 'text', text: own, start: piece.start, end: piece.end })
      continue
    }
    segments.push(holeSegment(piece.source.trim(), piece.start, piece.end, piece.path, piece.error))
  }
  return segments
}

function holeSegment(source: string, start: number, end: number, path: DataPath | undefined, error: string | undefined): Hole {
  if (path !== undefined) return { kind: 'pill', path, source, start, end }
  if (error !== undefined) return { kind: 'formula', source, error, start, end }
  const withFallback = splitFallback(source)
  return withFallback === undefined
    ? { kind: 'formula', source, start, end }
    : { kind: 'pill', ...withFallback, source, start, end }
}

const fallbackPattern = /^(?<left>.+?)\s*\?\?\s*(?<literal>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?)$/s

function splitFallback(source: string): { path: DataPath; fallback: string } | undefined {
  const groups = fallbackPattern.exec(source)?.groups
  if (groups?.['left'] === undefined || groups['literal'] === undefined) return undefined
  const [piece, ...more] = templatePieces(`{{ ${groups['left']} }}`)
  if (piece?.kind !== 'hole' || piece.path === undefined || more.length > 0) return undefined
  const fallback = textOfLiteral(groups['literal'])
  return fallback === undefined ? undefined : { path: piece.path, fallback }
}

/** The text a literal stands for; undefined for escapes the fallback field couldn't write back. */
function textOfLiteral(literal: string): string | undefined {
  if (!/^['"]/.test(literal)) return literal
  const body = literal.slice(1, -1).replaceAll(/\\(.)|"/gs, (found, escaped: string | undefined) => {
    if (escaped === undefined) return String.raw`\"`
    return escaped === "'" ? "'" : found
  })
  try {
    return String(JSON.parse(`"${body}"`))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A text as a literal of the expression language. */
export function literalOfText(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`
}

/** The hole for a value from an earlier step, with what to use when it is empty. */
export function holeWithFallback(path: DataPath, fallback: string | undefined): string {
  const source = expressionOfPath(path)
  return fallback === undefined || fallback === '' ? `{{ ${source} }}` : `{{ ${source} ?? ${literalOfText(fallback)} }}`
}

export function isHole(segment: Segment): segment is Hole {
  return segment.kind !== 'text'
}

/** The only hole of a text that is nothing else; such a value keeps its kind instead of becoming text. */
export function soleHole(text: string): Hole | undefined {
  const [first, ...more] = segmentsOf(text)
  return first !== undefined && isHole(first) && more.length === 0 ? first : undefined
}
