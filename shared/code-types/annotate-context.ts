import { type Token, tokensOf } from '../code-tokens.ts'

/** Text with words put in, and the way back to the places of the text as it was. */
export interface AnnotatedCode {
  text: string
  /** A place of the annotated text as one of the original. */
  original(place: number): number
  /** A place of the original as one of the annotated text. */
  annotated(place: number): number
}

/**
 * The code with `: Context` behind the parameter of its default export when nobody wrote a type there: it is typed as
 * if they had. The text people see never changes, and all places are those of their own text.
 */
export function annotateContext(code: string): AnnotatedCode {
  const inserted = insertionsFor(code)
  let text = ''
  let from = 0
  for (const { at, words } of inserted) {
    text += code.slice(from, at) + words
    from = at
  }
  return {
    text: text + code.slice(from),
    original(place) {
      let shift = 0
      for (const { at, words } of inserted) {
        if (place <= at + shift) break
        // Within what was put in there is only the place where it was put.
        shift += Math.min(words.length, place - at - shift)
      }
      return place - shift
    },
    annotated: (place) => inserted.reduce((to, { at, words }) => (at < place ? to + words.length : to), place),
  }
}

interface Insertion {
  at: number
  words: string
}

function insertionsFor(code: string): Insertion[] {
  if (!/\bexport\s+default\b/.test(code)) return []
  const tokens = tokensOf(code)
  const start = tokens.findIndex((token, index) => isWord(token, 'export') && isWord(tokens[index + 1], 'default'))
  if (start < 0) return []
  let at = start + 2
  if (isWord(tokens[at], 'async')) at++
  const isFunction = isWord(tokens[at], 'function')
  if (isFunction) {
    at++
    if (isMark(tokens[at], '*')) at++
    if (tokens[at]?.kind === 'name') at++
  }
  const first = tokens[at]
  if (!isFunction && first?.kind === 'name' && isMark(tokens[at + 1], '=>')) {
    return [
      { at: first.start, words: '(' },
      { at: first.end, words: ': Context)' },
    ]
  }
  return isMark(first, '(') ? inParameters(tokens, at) : []
}

/** Behind the first parameter, unless it has a type. */
function inParameters(tokens: readonly Token[], open: number): Insertion[] {
  let depth = 0
  let end: number | undefined
  for (let at = open; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'mark') {
      if (depth === 1) end ??= at === open + 1 ? token?.end : undefined
      continue
    }
    if (/^[([{]$/.test(token.text)) depth++
    else if (/^[)\]}]$/.test(token.text)) {
      depth--
      if (depth === 0) break
      if (depth === 1) end ??= token.end
    } else if (depth === 1) {
      // `this`, a rest, a type, or a type parameter's sign: not a plain first parameter.
      if (end === undefined || token.text === ':' || token.text === '?') return []
      if (token.text === ',' || token.text === '=') break
    }
  }
  return end === undefined ? [] : [{ at: end, words: ': Context' }]
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'name' && token.text === text
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text
}
