import { inLoops } from './code-loops.ts'
import { stepCallsIn } from './code-step-calls.ts'
import type { CodeStepKind } from './code-step-kinds.ts'
import { tokensOf, type Token } from './code-tokens.ts'

/** A place in a code step's TypeScript that asks for a durable step. */
export interface CodeStep {
  kind: CodeStepKind
  /** Undefined when it is known only once the code runs. */
  name: string | undefined
  /** What of the name stands in the code, around what is filled in: of `save ${id}` it is `save ` and nothing. */
  parts: readonly string[]
  /** Where it is asked for; the first line and column are 1. */
  line: number
  column: number
  /** It may be asked for any number of times. */
  inLoop: boolean
}

/**
 * The durable steps that code asks for by `step.run('name', …)` and its like, in the order in which they are written.
 *
 * Works on words, not on a syntax tree, so that code that is half written is read too, and in linear time: it is read
 * again whenever somebody pauses in typing. `step` may be taken from the context under another name, and its functions
 * out of it. Asking that can't be seen here (through a helper that got `step` under another name) shows only in runs.
 */
export function findCodeSteps(code: string): CodeStep[] {
  if (!code.includes('step')) return []
  const tokens = tokensOf(code)
  const calls = stepCallsIn(tokens, code)
  if (calls.length === 0) return []
  const loops = inLoops(tokens, code)
  const constants = constantsIn(tokens, code)
  const place = placesIn(code)
  return calls.flatMap(({ kind, at, open }) => {
    const parts = namedByConstant(tokens, open + 1, constants) ?? namePartsAt(tokens, code, open + 1)
    const token = tokens[at]
    if (parts === undefined || token === undefined) return []
    return [
      {
        kind,
        name: parts.length === 1 ? parts[0] : undefined,
        parts,
        ...place(token.start),
        inLoop: loops.has(at),
      },
    ]
  })
}

/** Lines and columns of places that are asked for from the first to the last. */
function placesIn(code: string): (at: number) => { line: number; column: number } {
  let line = 1
  let lineStart = 0
  return (at) => {
    for (let end = code.indexOf('\n', lineStart); end >= 0 && end < at; end = code.indexOf('\n', lineStart)) {
      line++
      lineStart = end + 1
    }
    return { line, column: at - lineStart + 1 }
  }
}

const declares = new Set(['const', 'let', 'var'])

/** Names that are given to a text once and for all; one that is given twice, in different places, says nothing. */
function constantsIn(tokens: readonly Token[], code: string): ReadonlyMap<string, string> {
  const constants = new Map<string, string>()
  const doubtful = new Set<string>()
  for (const [at, token] of tokens.entries()) {
    const name = tokens[at + 1]
    if (token.kind !== 'name' || !declares.has(token.text) || name?.kind !== 'name') continue
    const isText = token.text === 'const' && tokens[at + 2]?.text === '=' && tokens[at + 3]?.kind === 'string'
    const parts = isText ? namePartsAt(tokens, code, at + 3) : undefined
    const text = parts?.length === 1 ? parts[0] : undefined
    if (text === undefined || constants.has(name.text)) doubtful.add(name.text)
    else constants.set(name.text, text)
  }
  for (const name of doubtful) constants.delete(name)
  return constants
}

function namedByConstant(tokens: readonly Token[], at: number, constants: ReadonlyMap<string, string>): [string] | undefined {
  const token = tokens[at]
  const next = tokens[at + 1]?.text
  const text = token?.kind === 'name' && (next === ',' || next === ')') ? constants.get(token.text) : undefined
  return text === undefined ? undefined : [text]
}

/** A template longer than this counts as one whose beginning alone is known. */
const longestTemplate = 1000
/** What may follow a text that is the whole argument. */
const afterArgument = new Set([',', ')', '}', ']', ';'])

/** What is known of a name that is given at a place; undefined when nothing is written there yet. */
function namePartsAt(tokens: readonly Token[], code: string, at: number): string[] | undefined {
  const token = tokens[at]
  if (token === undefined || token.text === ')' || token.text === ',') return undefined
  const sign = code.charAt(token.start)
  if (token.kind === 'mark' && sign === '`') return templateParts(tokens, code, at)
  // A quote that isn't closed yet.
  if (token.kind === 'mark' && (sign === '"' || sign === "'")) return undefined
  if (token.kind !== 'string') return ['', '']
  if (sign !== '"' && sign !== "'" && sign !== '`') return undefined
  const text = plainText(code.slice(token.start + 1, token.end - 1))
  const next = tokens[at + 1]
  return next?.kind === 'mark' && !afterArgument.has(next.text) ? [text, ''] : [text]
}

function templateParts(tokens: readonly Token[], code: string, from: number): string[] | undefined {
  const first = tokens[from]
  if (first === undefined || !opensHole(first, code)) return undefined
  const parts = [plainText(code.slice(first.start + 1, first.end - 2))]
  let depth = 1
  for (let at = from + 1; at < tokens.length && at < from + longestTemplate; at++) {
    const token = tokens[at]
    if (token?.kind !== 'mark' || token.text !== '`') continue
    const goesOn = code.charAt(token.start) === '}'
    const opens = opensHole(token, code)
    if (goesOn && depth === 1) parts.push(plainText(code.slice(token.start + 1, token.end - (opens ? 2 : 1))))
    if (goesOn && !opens) depth--
    if (!goesOn && opens) depth++
    if (depth === 0) return parts
  }
  return [parts[0] ?? '', '']
}

function opensHole({ start, end }: Token, code: string): boolean {
  return end - start > 2 && code.startsWith('${', end - 2)
}

const escapes: { [letter: string]: string } = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0', '\n': '' }

/** A text as the code means it. */
function plainText(written: string): string {
  if (!written.includes('\\')) return written
  return written.replace(
    /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|([^]))/gi,
    (whole, long?: string, four?: string, two?: string, letter?: string) => {
      if (letter !== undefined) return escapes[letter] ?? letter
      const point = Number.parseInt(long ?? four ?? two ?? '', 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole
    },
  )
}
