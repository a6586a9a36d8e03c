import { type Token, tokensOf } from './code-tokens.ts'

/** A place in a code step's TypeScript where a step is named. */
export interface CodeReference {
  id: string
  start: number
  end: number
  /** `{ price }` taken out of `steps`: the name is also that of a variable, which stays when the step is renamed. */
  shorthand?: true
}

export interface CodeReferences {
  steps: CodeReference[]
  /** Whether any step may be read: `steps[expression]`, or `steps` handed on as a whole. */
  all: boolean
  /** Step ids in `resumeUrl('…')` and `approvalUrl('…')`. */
  waits: CodeReference[]
}

/**
 * The steps that code names: `steps.x`, `steps['x']`, `{ steps: { x } }`, `const { x } = steps`.
 *
 * Works on words, not on a syntax tree, so that code that is half written is read too. Where it can't tell it says
 * too much rather than too little: a step that is not named here is not handed to the code.
 */
export function codeReferences(code: string): CodeReferences {
  const found: CodeReferences = { steps: [], all: false, waits: [] }
  if (!/steps|resumeUrl|approvalUrl/.test(code)) return found
  const tokens = tokensOf(code)
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name') continue
    if (token.text === 'steps') readUse(tokens, index, found)
    const argument = tokens[index + 2]
    const isUrl = token.text === 'resumeUrl' || token.text === 'approvalUrl'
    if (isUrl && textAt(tokens, index + 1) === '(' && argument?.kind === 'string') found.waits.push(stringReference(argument))
  }
  return found
}

function readUse(tokens: Token[], index: number, found: CodeReferences): void {
  let next = index + 1
  // `steps?.x`, `steps!.x`
  if (textAt(tokens, next) === '!' && ['.', '['].includes(textAt(tokens, next + 1))) next++
  if (textAt(tokens, next) === '?.') next += textAt(tokens, next + 1) === '[' ? 1 : 0
  const follows = textAt(tokens, next)
  const named = tokens[next + 1]
  if ((follows === '.' || follows === '?.') && named?.kind === 'name') {
    found.steps.push({ id: named.text, start: named.start, end: named.end })
  } else if (follows === '[' && named?.kind === 'string' && textAt(tokens, next + 2) === ']') {
    found.steps.push(stringReference(named))
  } else if (follows === ':' && textAt(tokens, next + 1) === '{') {
    readPattern(tokens, next + 1, found)
  } else if (textAt(tokens, index - 1) === '=' && textAt(tokens, index - 2) === '}' && endsHere(follows)) {
    const open = openingOf(tokens, index - 2)
    if (open === undefined) found.all = true
    else readPattern(tokens, open, found)
  } else if (!isTakenFromContext(tokens, index)) found.all = true
}

function endsHere(follows: string): boolean {
  return follows !== '.' && follows !== '(' && follows !== '['
}

/** The fields taken by a pattern that opens at `open`. */
function readPattern(tokens: Token[], open: number, found: CodeReferences): void {
  let depth = 0
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at]
    if (!token) return
    if (depth === 1) readField(tokens, at, token, found)
    if (token.kind === 'mark' && '{[('.includes(token.text)) depth++
    if (token.kind === 'mark' && '}])'.includes(token.text) && --depth === 0) return
  }
}

function readField(tokens: Token[], at: number, token: Token, found: CodeReferences): void {
  if (!['{', ',', ';'].includes(textAt(tokens, at - 1))) return
  const isRenamed = textAt(tokens, at + 1) === ':' || textAt(tokens, at + 1) === '?'
  if (token.kind === 'string') found.steps.push(stringReference(token))
  else if (token.kind === 'name') {
    found.steps.push({ id: token.text, start: token.start, end: token.end, ...(isRenamed ? {} : { shorthand: true as const }) })
  }
  // A computed key, or all the rest, may be any step.
  else if (token.text === '[' || token.text === '...') found.all = true
}

/** `({ trigger, steps }) =>`, `const { steps } = context`: names the whole, but reads nothing yet. */
function isTakenFromContext(tokens: Token[], index: number): boolean {
  const before = textAt(tokens, index - 1)
  const after = textAt(tokens, index + 1)
  if ((before !== '{' && before !== ',') || (after !== '}' && after !== ',')) return false
  const close = closingOf(tokens, index)
  if (close === undefined) return false
  const behind = textAt(tokens, close + 1)
  if (behind === '=' || behind === ':') return true
  return behind === ')' && ['=>', '{', ':'].includes(textAt(tokens, close + 2))
}

/** The bracket that closes the group a token stands in. */
function closingOf(tokens: Token[], from: number): number | undefined {
  let depth = 0
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'mark') continue
    if ('{[('.includes(token.text)) depth++
    if ('}])'.includes(token.text) && depth-- === 0) return token.text === '}' ? at : undefined
  }
  return undefined
}

function openingOf(tokens: Token[], close: number): number | undefined {
  let depth = 0
  for (let at = close; at >= 0; at--) {
    const token = tokens[at]
    if (token?.kind !== 'mark') continue
    if ('}])'.includes(token.text)) depth++
    if ('{[('.includes(token.text) && --depth === 0) return at
  }
  return undefined
}

function textAt(tokens: Token[], index: number): string {
  const token = tokens[index]
  return token?.kind === 'string' ? '' : (token?.text ?? '')
}

function stringReference({ text, start, end }: Token): CodeReference {
  return { id: text.slice(1, -1), start: start + 1, end: end - 1 }
}
