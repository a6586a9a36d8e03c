import type { Token } from './code-tokens.ts'

/** A bracket that is open, or a statement that a loop repeats without one. */
interface Frame {
  sign: string
  repeats: boolean
  /** The word before a bracket that a statement follows: `for`, `while`, `if`. */
  head: string
}

const statement = 'statement'
const heads = new Set(['for', 'while', 'if'])
/** What is called with a function for each of several. */
const repeaters = new Set(['map', 'forEach', 'flatMap', 'filter', 'reduce', 'reduceRight', 'some', 'every', 'find', 'from'])
const openOf: { [close: string]: string } = { '}': '{', ')': '(', ']': '[' }
/** Words that something must follow, so that a new line ends no statement. */
const unended = new Set(['await', 'return', 'of', 'in', 'new', 'typeof', 'const', 'let', 'var', 'async', 'else', 'do', 'yield'])
/** Words that go on with what stands on the line before. */
const goingOn = new Set(['instanceof', 'in', 'of', 'as', 'satisfies', 'else'])

/** The places of words that a loop may come to more than once, whether it is a statement or a function for each of a list. */
export function inLoops(tokens: readonly Token[], code: string): ReadonlySet<number> {
  return new LoopReader(tokens, code).found
}

class LoopReader {
  readonly found = new Set<number>()
  private readonly frames: Frame[] = []
  private readonly open: { [sign: string]: number } = { '{': 0, '(': 0, '[': 0 }
  private loops = 0
  /** What the bracket that closed last stood behind: a statement follows, or behind a `do` its `while`. */
  private head = ''
  /** The bracket that opens next is the body of a loop. */
  private isBody = false
  /** Where a `while` ends a loop instead of beginning one. */
  private lastWhile = -1
  private readonly tokens: readonly Token[]
  private readonly code: string

  constructor(tokens: readonly Token[], code: string) {
    this.tokens = tokens
    this.code = code
    for (const [at, token] of tokens.entries()) {
      this.before(at, token)
      if (this.loops > 0) this.found.add(at)
      if (token.kind === 'mark') this.read(at, token.text)
    }
  }

  private before(at: number, token: Token): void {
    const { head } = this
    this.head = ''
    if (this.frames.at(-1)?.sign === statement && head === '' && this.beginsStatement(at, token)) this.endStatements()
    const isRepeated = head === 'for' || head === 'while'
    this.isBody = isRepeated && token.text === '{'
    if (isRepeated && !this.isBody && token.text !== ';') this.push(statement, true)
    if (head === 'do' && token.text === 'while') this.lastWhile = at
  }

  private read(at: number, sign: string): void {
    const isDo = this.wordAt(at - 1) === 'do'
    if (sign === '{') this.push(sign, this.isBody || isDo, isDo ? 'do' : '')
    else if (sign === '(') this.openCall(at)
    else if (sign === '[') this.push(sign, false)
    else if (sign === ';') this.endStatements()
    else if (sign in openOf) this.close(openOf[sign] ?? '')
  }

  private openCall(at: number): void {
    const word = this.wordAt(at - 1)
    const isMember = ['.', '?.'].includes(this.tokens[at - 2]?.text ?? '')
    const head = word === 'await' && this.wordAt(at - 2) === 'for' ? 'for' : word
    const isHead = heads.has(head) && !isMember
    // What a `while` asks, it asks each time; what a `for` goes through is worked out once.
    const isLast = at - 1 === this.lastWhile
    this.push('(', isHead ? head === 'while' : isMember && repeaters.has(word), isHead && !isLast ? head : '')
  }

  private close(sign: string): void {
    if (this.open[sign] === 0) return
    for (let frame = this.pop(); frame !== undefined; frame = this.pop()) {
      if (frame.sign !== sign) continue
      this.head = frame.head
      return
    }
  }

  private endStatements(): void {
    while (this.frames.at(-1)?.sign === statement) this.pop()
  }

  /** Whether a new line begins something new, as it does in code without semicolons. */
  private beginsStatement(at: number, token: Token): boolean {
    const last = this.tokens[at - 1]
    if (last === undefined || token.kind !== 'name' || goingOn.has(token.text)) return false
    const isEnded =
      last.kind === 'string' || (last.kind === 'name' ? !unended.has(last.text) : [')', ']', '}', '`'].includes(last.text))
    return isEnded && this.code.slice(last.end, token.start).includes('\n')
  }

  private push(sign: string, repeats: boolean, head = ''): void {
    this.frames.push({ sign, repeats, head })
    if (sign !== statement) this.open[sign] = (this.open[sign] ?? 0) + 1
    if (repeats) this.loops++
  }

  private pop(): Frame | undefined {
    const frame = this.frames.pop()
    if (frame === undefined) return undefined
    if (frame.sign !== statement) this.open[frame.sign] = (this.open[frame.sign] ?? 0) - 1
    if (frame.repeats) this.loops--
    return frame
  }

  private wordAt(at: number): string {
    const token = this.tokens[at]
    return token?.kind === 'name' ? token.text : ''
  }
}
