import { codeStepKinds, type CodeStepKind } from './code-step-kinds.ts'
import type { Token } from './code-tokens.ts'

/** A call of one of `step`'s functions: where it begins, and where its bracket opens, as places among the words. */
export interface StepCall {
  kind: CodeStepKind
  at: number
  open: number
}

/** The calls of `step`'s functions, under whatever names the code has taken them from its context. */
export function stepCallsIn(tokens: readonly Token[], code: string): StepCall[] {
  return new CallReader(tokens, code).calls
}

const kinds = new Map<string, CodeStepKind>(codeStepKinds.map((kind) => [kind, kind]))
/** More words than the types of a call ever have. */
const longestTypes = 200

class CallReader {
  readonly calls: StepCall[] = []
  /** Variables that are `step`, and those that are one of its functions. */
  private readonly steps = new Set<string>()
  private readonly functions = new Map<string, CodeStepKind>()
  private readonly tokens: readonly Token[]
  private readonly code: string

  constructor(tokens: readonly Token[], code: string) {
    this.tokens = tokens
    this.code = code
    // What is taken may be used further up, in a function that comes before the default export.
    for (let at = 0; at < tokens.length; at++) this.readTaking(at)
    for (let at = 0; at < tokens.length; at++) this.readCall(at)
  }

  private readTaking(at: number): void {
    const before = this.textAt(at - 1)
    const after = this.textAt(at + 1)
    const isField = ['{', ','].includes(before)
    if (this.isName(at, 'step') && isField && [',', '}', '='].includes(after)) this.steps.add('step')
    else if (this.isName(at, 'step') && isField && after === ':') {
      if (this.textAt(at + 2) === '{') this.readFunctions(at + 2)
      else this.addStep(at + 2)
    }
    // `const s = context.step`, `const { run } = step`
    const end = this.endOfStep(at)
    if (end === undefined || ['.', '?.', '(', '[', '!', '=>', '='].includes(this.textAt(end))) return
    const assigned = this.startOfPath(at) - 1
    if (this.textAt(assigned) !== '=') return
    if (this.textAt(assigned - 1) === '}') this.readFunctionsBefore(assigned - 1)
    else this.addStep(assigned - 1)
  }

  private readCall(at: number): void {
    const token = this.tokens[at]
    const end = this.endOfStep(at)
    if (end !== undefined) {
      const [kind, behind] = this.functionAt(end)
      const open = kind && this.openBracketAt(behind)
      if (kind && open !== undefined) this.calls.push({ kind, at, open })
    } else if (token?.kind === 'name' && !['.', '?.', 'function'].includes(this.textAt(at - 1))) {
      const kind = this.functions.get(token.text)
      const open = kind && this.openBracketAt(at + 1)
      if (kind && open !== undefined) this.calls.push({ kind, at, open })
    }
  }

  /** The place behind `step`, when that is what stands here: as a variable, or taken from something by a dot. */
  private endOfStep(at: number): number | undefined {
    const token = this.tokens[at]
    const isTaken = ['.', '?.'].includes(this.textAt(at - 1))
    if (token?.kind === 'name') {
      return (isTaken ? token.text === 'step' : this.steps.has(token.text)) ? at + 1 : undefined
    }
    return this.isString(at, 'step') && this.textAt(at - 1) === '[' && this.textAt(at + 1) === ']' ? at + 2 : undefined
  }

  /** `.run`, `?.run`, `!.run`, `['run']`: which function, and the place behind it. */
  private functionAt(from: number): [CodeStepKind | undefined, number] {
    let at = this.textAt(from) === '!' ? from + 1 : from
    const sign = this.textAt(at)
    if (sign === '?.' && this.textAt(at + 1) === '[') at++
    if (this.textAt(at) === '[' && this.textAt(at + 2) === ']') {
      const kind = codeStepKinds.find((each) => this.isString(at + 1, each))
      return [kind, at + 3]
    }
    if (sign !== '.' && sign !== '?.') return [undefined, at]
    return [this.tokens[at + 1]?.kind === 'name' ? kinds.get(this.textAt(at + 1)) : undefined, at + 2]
  }

  /** Where a call's bracket opens, behind its types: `<Order[]>(`. */
  private openBracketAt(from: number): number | undefined {
    let at = this.textAt(from) === '?.' || this.textAt(from) === '!' ? from + 1 : from
    if (this.textAt(at) === '<') {
      const last = at + longestTypes
      let depth = 0
      do {
        const text = this.textAt(at++)
        if (text === '<') depth++
        if (text === '>') depth--
      } while (depth > 0 && at < last && at < this.tokens.length)
    }
    return this.textAt(at) === '(' ? at : undefined
  }

  /** `{ run, sleep: rest }`, from its first bracket on. */
  private readFunctions(open: number): void {
    for (let at = open + 1; at < this.tokens.length && this.textAt(at) !== '}'; at++) this.readFunction(at)
  }

  private readFunctionsBefore(close: number): void {
    for (let at = close - 1; at >= 0 && at > close - longestTypes && this.textAt(at) !== '{'; at--) this.readFunction(at)
  }

  private readFunction(at: number): void {
    const kind = this.tokens[at]?.kind === 'name' ? kinds.get(this.textAt(at)) : undefined
    if (kind === undefined || !['{', ','].includes(this.textAt(at - 1))) return
    const named = this.textAt(at + 1) === ':' ? this.tokens[at + 2] : this.tokens[at]
    if (named?.kind === 'name') this.functions.set(named.text, kind)
  }

  private addStep(at: number): void {
    const token = this.tokens[at]
    if (token?.kind === 'name') this.steps.add(token.text)
  }

  /** Where `context.step` begins, from its last word. */
  private startOfPath(at: number): number {
    let start = this.textAt(at - 1) === '[' ? at - 1 : at
    while (start > 1 && ['.', '?.'].includes(this.textAt(start - 1)) && this.tokens[start - 2]?.kind === 'name') start -= 2
    if (start < at && this.textAt(start) === '[') start--
    return start
  }

  private isName(at: number, name: string): boolean {
    return this.tokens[at]?.kind === 'name' && this.textAt(at) === name
  }

  private isString(at: number, text: string): boolean {
    const token = this.tokens[at]
    return token?.kind === 'string' && token.end - token.start === text.length + 2 && this.code.startsWith(text, token.start + 1)
  }

  private textAt(at: number): string {
    const token = this.tokens[at]
    return token?.kind === 'string' ? '' : (token?.text ?? '')
  }
}
