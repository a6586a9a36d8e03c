import type { JsonText } from './json.ts'

const quote = 34
const backslash = 92
const openList = 91
const closeList = 93
const openObject = 123
const closeObject = 125
const comma = 44

/**
 * The part of a JSON text that a path leads to, exactly as it is written there; undefined when nothing is there.
 *
 * Nothing is parsed, so numbers beyond 2^53, key order and escapes stay as they came. Of a key that occurs twice the
 * last one counts, as in `JSON.parse`. The text must be valid JSON.
 */
export function sliceJson(text: JsonText, path: readonly (string | number)[]): JsonText | undefined {
  const span = spanIn(text, path)
  return span && text.slice(span.start, span.end ?? skipValue(text, span.start))
}

/** Where in a JSON text the value begins that a path leads to; undefined when nothing is there. */
export function placeInJson(text: JsonText, path: readonly (string | number)[]): number | undefined {
  return spanIn(text, path)?.start
}

function spanIn(text: JsonText, path: readonly (string | number)[]): { start: number; end?: number } | undefined {
  let span: { start: number; end?: number } = { start: skipSpace(text, 0) }
  for (const key of path) {
    const first = text.charCodeAt(span.start)
    const found =
      first === openObject
        ? findMember(text, span.start, String(key))
        : first === openList
          ? findElement(text, span.start, indexFrom(key))
          : undefined
    if (!found) return undefined
    span = found
  }
  return span
}

/** The elements of a list written as JSON, each as it is written there. The text must be a valid JSON list. */
export function elementsOf(list: JsonText): JsonText[] {
  const elements: JsonText[] = []
  let start = skipSpace(list, skipSpace(list, 0) + 1)
  while (start < list.length && list.charCodeAt(start) !== closeList) {
    const end = skipValue(list, start)
    elements.push(list.slice(start, end))
    start = skipSeparator(list, end)
  }
  return elements
}

/** A container whose members are remembered once they were looked for. */
interface Known extends Span {
  members?: Map<string, Known>
}

/** Objects with more members than this are gone over again instead of being remembered. */
const mostRemembered = 10_000

/** The same as `sliceJson` for many paths into one text: no object is gone over twice. */
export class JsonSlices {
  readonly text: JsonText
  /** Characters gone over so far: what asking has cost. */
  scanned = 0
  private readonly top: Known

  constructor(text: JsonText) {
    this.text = text
    this.top = { start: skipSpace(text, 0), end: text.length }
  }

  slice(path: readonly (string | number)[]): JsonText | undefined {
    if (path.length === 0) return this.text
    let at: Known | undefined = this.top
    for (const key of path) at = at && this.find(at, key)
    return at && this.text.slice(at.start, at.end)
  }

  private find(at: Known, key: string | number): Known | undefined {
    const { text } = this
    const name = String(key)
    if (at.members) return at.members.get(name)
    const first = text.charCodeAt(at.start)
    if (first === openList) {
      const found = findElement(text, at.start, indexFrom(key))
      this.scanned += (found?.end ?? at.end) - at.start
      return found
    }
    if (first !== openObject) return undefined
    this.scanned += at.end - at.start
    const members = new Map<string, Known>()
    eachMember(text, at.start, (keyStart, keyEnd, start, end) => {
      if (members.size < mostRemembered) members.set(keyAt(text, keyStart, keyEnd), { start, end })
    })
    if (members.size >= mostRemembered) return findMember(text, at.start, name)
    at.members = members
    return members.get(name)
  }
}

/** How deep lists and objects are nested in a JSON text; stops counting above `limit`. */
export function jsonDepth(text: JsonText, limit = Number.POSITIVE_INFINITY): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = skipString(text, at) - 1
    else if (code === openList || code === openObject) {
      deepest = Math.max(deepest, ++depth)
      if (deepest > limit) return deepest
    } else if (code === closeList || code === closeObject) depth--
  }
  return deepest
}

interface Span {
  start: number
  end: number
}

function findMember(text: string, open: number, key: string): Span | undefined {
  let found: Span | undefined
  eachMember(text, open, (keyStart, keyEnd, start, end) => {
    if (keyAt(text, keyStart, keyEnd) === key) found = { start, end }
  })
  return found
}

/** Tells where each key and its value stand, in the order they are written. */
function eachMember(
  text: string,
  open: number,
  tell: (keyStart: number, keyEnd: number, start: number, end: number) => void,
): void {
  let at = skipSpace(text, open + 1)
  while (at < text.length && text.charCodeAt(at) !== closeObject) {
    const keyEnd = skipString(text, at)
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1)
    const end = skipValue(text, start)
    tell(at, keyEnd, start, end)
    at = skipSeparator(text, end)
  }
}

export function keyAt(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1)
  if (!raw.includes('\\')) return raw
  const key: string = JSON.parse(text.slice(start, end))
  return key
}

function indexFrom(key: string | number): number | undefined {
  const index = Number(key)
  return Number.isInteger(index) && index >= 0 && String(index) === String(key) ? index : undefined
}

function findElement(text: string, open: number, index: number | undefined): Span | undefined {
  if (index === undefined) return undefined
  let start = skipSpace(text, open + 1)
  for (let i = 0; start < text.length && text.charCodeAt(start) !== closeList; i++) {
    const end = skipValue(text, start)
    if (i === index) return { start, end }
    start = skipSeparator(text, end)
  }
  return undefined
}

/** From the end of a value to the start of the next one, or to the closing bracket. */
export function skipSeparator(text: string, at: number): number {
  const next = skipSpace(text, at)
  return text.charCodeAt(next) === comma ? skipSpace(text, next + 1) : next
}

export function skipSpace(text: string, at: number): number {
  let code = text.charCodeAt(at)
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at)
  return at
}

/** The place after a string that opens at `at`. Searches natively: most of a large payload is inside strings. */
export function skipString(text: string, at: number): number {
  let close = text.indexOf('"', at + 1)
  while (close > 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close < 0 ? text.length : close + 1
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1
  while (text.charCodeAt(before) === backslash) before--
  return (at - before) % 2 === 0
}

/** The place after the value that starts at `at`. */
function skipValue(text: string, at: number): number {
  const first = text.charCodeAt(at)
  if (first === quote) return skipString(text, at)
  if (first !== openList && first !== openObject) return skipWord(text, at)
  let depth = 0
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = skipString(text, at) - 1
    else if (code === openList || code === openObject) depth++
    else if ((code === closeList || code === closeObject) && --depth === 0) return at + 1
  }
  return at
}

/** The place after a number, `true`, `false` or `null`. */
export function skipWord(text: string, at: number): number {
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === comma || code === closeList || code === closeObject || code <= 32) return at
  }
  return at
}
