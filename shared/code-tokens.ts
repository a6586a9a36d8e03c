/** A word, a text or a sign of TypeScript code. */
export interface Token {
  kind: 'name' | 'string' | 'mark'
  text: string
  start: number
  end: number
}

const namePattern = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy

/** What may stand before a pattern such as `/x/`; behind a name or a bracket a `/` divides. */
const beforePattern = new Set([
  '',
  '(',
  ',',
  '=',
  ':',
  '[',
  '!',
  '&',
  '|',
  '?',
  '{',
  ';',
  '=>',
  '+',
  '-',
  '*',
  '%',
  '<',
  '>',
  '~',
  '^',
  'return',
  'typeof',
  'case',
  'in',
  'of',
])

/**
 * The tokens of code, without comments, numbers and patterns. Reads any text in linear time. An opening quote that is
 * never closed counts as a mark, so that nothing behind it is lost.
 */
export function tokensOf(code: string): Token[] {
  return new Scanner(code).tokens
}

class Scanner {
  readonly tokens: Token[] = []
  private readonly code: string
  private at = 0
  private lineEnd = 0
  /** For each open brace whether it belongs to a hole of a template. */
  private readonly braces: boolean[] = []
  /** Up to where an opening sign is known to have no closing one. */
  private readonly unclosedUntil = new Map<string, number>()

  constructor(code: string) {
    this.code = code
    while (this.at < code.length) this.next()
  }

  private next(): void {
    const { code, at } = this
    const char = code.charAt(at)
    if (char.trim() === '') this.at++
    else if (code.startsWith('//', at)) this.at = this.endOfLine(at)
    else if (code.startsWith('/*', at) && this.isOpen('/*')) this.comment()
    else if (char === '"' || char === "'") this.quoted(char)
    else if (char === '`') this.template()
    else if (char === '/' && beforePattern.has(this.lastText()) && this.isOpen('/')) this.pattern()
    else if (char >= '0' && char <= '9') this.number()
    else this.nameOrMark()
  }

  private nameOrMark(): void {
    namePattern.lastIndex = this.at
    if (namePattern.test(this.code)) return this.push('name', namePattern.lastIndex)
    const { code, at } = this
    const char = code.charAt(at)
    if (char === '{') this.braces.push(false)
    if (char === '}' && this.braces.pop() && this.isOpen('`')) return this.templateText(at + 1)
    const isOptional = code.startsWith('?.', at) && !/\d/.test(code.charAt(at + 2))
    const length = code.startsWith('...', at) ? 3 : isOptional || code.startsWith('=>', at) ? 2 : 1
    return this.push('mark', at + length)
  }

  private comment(): void {
    const end = this.code.indexOf('*/', this.at + 2)
    if (end < 0) this.giveUp('/*', this.code.length)
    else this.at = end + 2
  }

  private quoted(quote: string): void {
    if (!this.isOpen(quote)) return this.push('mark', this.at + 1)
    for (let end = this.at + 1; end < this.code.length; end++) {
      const char = this.code.charAt(end)
      if (char === '\\') end++
      else if (char === quote) return this.push('string', end + 1)
      else if (char === '\n') return this.giveUp(quote, end)
    }
    return this.giveUp(quote, this.code.length)
  }

  private template(): void {
    if (!this.isOpen('`')) return this.push('mark', this.at + 1)
    const end = this.endOfTemplateText(this.at + 1)
    if (end !== undefined && this.code.charAt(end) === '`') return this.push('string', end + 1)
    return this.templateText(this.at + 1)
  }

  /** From behind the opening sign, or a hole of a template, to the next hole or the closing sign. */
  private templateText(from: number): void {
    const end = this.endOfTemplateText(from)
    if (end === undefined) return this.giveUp('`', this.code.length)
    const isHole = this.code.charAt(end) === '$'
    if (isHole) this.braces.push(true)
    return this.push('mark', isHole ? end + 2 : end + 1, '`')
  }

  private endOfTemplateText(from: number): number | undefined {
    for (let end = from; end < this.code.length; end++) {
      const char = this.code.charAt(end)
      if (char === '\\') end++
      else if (char === '`' || this.code.startsWith('${', end)) return end
    }
    return undefined
  }

  private pattern(): void {
    const lineEnd = this.endOfLine(this.at)
    let isInClass = false
    for (let end = this.at + 1; end < lineEnd; end++) {
      const char = this.code.charAt(end)
      if (char === '\\') end++
      else if (char === '[') isInClass = true
      else if (char === ']') isInClass = false
      else if (char === '/' && !isInClass) return this.push('string', end + 1, "''")
    }
    return this.giveUp('/', lineEnd)
  }

  private number(): void {
    let end = this.at + 1
    while (/[\w.]/.test(this.code.charAt(end))) end++
    this.push('string', end, "''")
  }

  private isOpen(sign: string): boolean {
    return this.at >= (this.unclosedUntil.get(sign) ?? 0)
  }

  private giveUp(sign: string, until: number): void {
    this.unclosedUntil.set(sign, until)
    this.push('mark', this.at + 1)
  }

  private push(kind: Token['kind'], end: number, text = this.code.slice(this.at, end)): void {
    this.tokens.push({ kind, text, start: this.at, end })
    this.at = end
  }

  private lastText(): string {
    const last = this.tokens.at(-1)
    return last?.kind === 'string' ? "''" : (last?.text ?? '')
  }

  private endOfLine(from: number): number {
    if (from < this.lineEnd) return this.lineEnd
    const end = this.code.indexOf('\n', from)
    this.lineEnd = end < 0 ? this.code.length : end
    return this.lineEnd
  }
}
