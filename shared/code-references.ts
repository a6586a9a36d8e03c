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
 * Works on words, not on a syntax tree, so that code that is half written is read too, and in linear time. Where it
 * can't tell it says too much rather than too little: a step that is not named here is not handed to the code.
 */
export function codeReferences(code: string): CodeReferences {
  if (!/steps|resumeUrl|approvalUrl/.test(code)) return { steps: [], all: false, waits: [] }
  return new Reader(tokensOf(code)).found
}

class Reader {
  readonly found: CodeReferences = { steps: [], all: false, waits: [] }
  private readonly tokens: Token[]
  /** For each bracket the place of the one that belongs to it. */
  private readonly partner = new Map<number, number>()
  /** For each word the place of the bracket it stands in. */
  private readonly around = new Map<number, number>()

  constructor(tokens: Token[]) {
    this.tokens = tokens
    this.matchBrackets()
    for (const [index, { kind, text }] of tokens.entries()) {
      if (kind !== 'name') continue
      if (text === 'steps') this.readUse(index)
      if (text === 'resumeUrl' || text === 'approvalUrl') this.readAddress(index)
    }
  }

  private matchBrackets(): void {
    const open: number[] = []
    for (const [index, { kind, text }] of this.tokens.entries()) {
      const enclosing = open.at(-1)
      if (kind === 'name' && text === 'steps' && enclosing !== undefined) this.around.set(index, enclosing)
      if (kind !== 'mark') continue
      if ('{[('.includes(text)) open.push(index)
      if (!'}])'.includes(text) || enclosing === undefined) continue
      open.pop()
      this.partner.set(enclosing, index).set(index, enclosing)
    }
  }

  private readAddress(index: number): void {
    const argument = this.tokens[index + 2]
    if (this.textAt(index + 1) === '(' && argument?.kind === 'string') this.found.waits.push(stringReference(argument))
  }

  private readUse(index: number): void {
    let next = index + 1
    // `steps?.x`, `steps!.x`, `steps?.['x']`
    if (this.textAt(next) === '!' && ['.', '['].includes(this.textAt(next + 1))) next++
    if (this.textAt(next) === '?.' && this.textAt(next + 1) === '[') next++
    const follows = this.textAt(next)
    const named = this.tokens[next + 1]
    if ((follows === '.' || follows === '?.') && named?.kind === 'name') {
      this.found.steps.push({ id: named.text, start: named.start, end: named.end })
    } else if (follows === '[' && named?.kind === 'string' && this.textAt(next + 2) === ']') {
      this.found.steps.push(stringReference(named))
    } else if (follows === ':' && this.textAt(next + 1) === '{') {
      this.readPattern(next + 1)
    } else if (this.textAt(index - 1) === '=' && this.textAt(index - 2) === '}' && !['.', '(', '['].includes(follows)) {
      this.readPattern(this.partner.get(index - 2))
    } else if (!this.isTakenFromContext(index)) this.found.all = true
  }

  /** The fields taken by a pattern that opens at `open`, without what is nested in them. */
  private readPattern(open: number | undefined): void {
    const close = open === undefined ? undefined : this.partner.get(open)
    if (open === undefined || close === undefined) {
      this.found.all = true
      return
    }
    for (let at = open + 1; at < close; at++) {
      this.readField(at)
      if (this.isMark(at, '{[(')) at = this.partner.get(at) ?? close
    }
  }

  private readField(at: number): void {
    const token = this.tokens[at]
    if (!token || !['{', ',', ';'].includes(this.textAt(at - 1))) return
    const isRenamed = [':', '?'].includes(this.textAt(at + 1))
    if (token.kind === 'string') this.found.steps.push(stringReference(token))
    else if (token.kind === 'name') {
      this.found.steps.push({ id: token.text, start: token.start, end: token.end, ...(isRenamed ? {} : { shorthand: true }) })
    }
    // A computed key, or all the rest, may be any step.
    else if (token.text === '[' || token.text === '...') this.found.all = true
  }

  /** `({ trigger, steps }) =>`, `const { steps } = context`: names the whole, but reads nothing yet. */
  private isTakenFromContext(index: number): boolean {
    const open = this.around.get(index)
    const close = open === undefined ? undefined : this.partner.get(open)
    if (open === undefined || close === undefined || !this.isMark(open, '{')) return false
    if (!['{', ','].includes(this.textAt(index - 1)) || !['}', ','].includes(this.textAt(index + 1))) return false
    const behind = this.textAt(close + 1)
    if (behind === '=' || behind === ':') return true
    return behind === ')' && ['=>', '{', ':'].includes(this.textAt(close + 2))
  }

  private isMark(index: number, marks: string): boolean {
    const token = this.tokens[index]
    return token?.kind === 'mark' && marks.includes(token.text)
  }

  private textAt(index: number): string {
    const token = this.tokens[index]
    return token?.kind === 'string' ? '' : (token?.text ?? '')
  }
}

function stringReference({ text, start, end }: Token): CodeReference {
  return { id: text.slice(1, -1), start: start + 1, end: end - 1 }
}
