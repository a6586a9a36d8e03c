import type { DataPath, Expression } from './ast.ts'
import { parseExpressionAt, pathOf } from './parse.ts'
import { ExpressionSyntaxError } from './syntax-error.ts'

/** Text with holes, read once and used for every run. */
export interface Template {
  parts: (TextPart | Hole)[]
}

interface TextPart {
  kind: 'text'
  text: string
}

export interface Hole {
  kind: 'hole'
  expression: Expression
  /** What stands between the braces, as written. */
  source: string
  /** From the first brace to behind the last. */
  start: number
  end: number
  /** Where the value is found when the hole only names it. */
  path?: DataPath
}

/** What the interface draws: text and pills, also of a text that is still being written. */
export type TemplatePiece =
  | { kind: 'text'; text: string; start: number; end: number }
  | { kind: 'hole'; source: string; start: number; end: number; path?: DataPath; error?: string }

// Plans name the same texts again and again; what is kept is bounded, since drafts bring new ones all the time.
const known = new Map<string, Template>()
const mostKnown = 2000
const longestKept = 10_000

/** Reads a text with `{{ }}` holes. Throws ExpressionSyntaxError at the character that can't be read. */
export function parseTemplate(text: string): Template {
  const before = known.get(text)
  if (before) return before
  const template: Template = { parts: [] }
  let at = 0
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    if (open > at) template.parts.push({ kind: 'text', text: text.slice(at, open) })
    const hole = parseHole(text, open)
    template.parts.push(hole)
    at = hole.end
  }
  if (at < text.length || template.parts.length === 0) template.parts.push({ kind: 'text', text: text.slice(at) })
  if (text.length <= longestKept) {
    if (known.size >= mostKnown) known.clear()
    known.set(text, template)
  }
  return template
}

/** The same for a text that may be wrong in places: a hole that can't be read carries why, and ends at its `}}`. */
export function templatePieces(text: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let at = 0
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    if (open > at) pieces.push({ kind: 'text', text: text.slice(at, open), start: at, end: open })
    const piece = holePiece(text, open)
    pieces.push(piece)
    at = piece.end
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at), start: at, end: text.length })
  return pieces
}

function holePiece(text: string, open: number): TemplatePiece {
  try {
    const { source, start, end, path } = parseHole(text, open)
    return { kind: 'hole', source, start, end, ...(path && { path }) }
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error
    const close = text.indexOf('}}', open + 2)
    const end = close < 0 ? text.length : close + 2
    return { kind: 'hole', source: text.slice(open + 2, close < 0 ? end : close).trim(), start: open, end, error: error.message }
  }
}

function parseHole(text: string, open: number): Hole {
  const { expression, end } = parseExpressionAt(text, open + 2)
  const close = end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0)
  if (!text.startsWith('}}', close)) {
    const message =
      close >= text.length
        ? 'This hole is never closed. Put }} at its end.'
        : "This can't stand here. Close the hole with }} before it, or put an operator such as + between."
    throw new ExpressionSyntaxError(message, Math.min(close, text.length))
  }
  const path = pathOf(expression)
  return {
    kind: 'hole',
    expression,
    source: text.slice(open + 2, close).trim(),
    start: open,
    end: close + 2,
    ...(path && { path }),
  }
}
