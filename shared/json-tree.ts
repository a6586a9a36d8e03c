import type { JsonText } from './json.ts'
import { keyAt, skipSeparator, skipSpace, skipString, skipWord } from './json-text.ts'

/** A value in a JSON text, with what it holds, and the text it is written as: numbers beyond 2^53 stay as they came. */
export interface JsonTree {
  text: JsonText
  /** Of an object: its members by name. Of one that occurs twice the last counts, as in `JSON.parse`. */
  members?: ReadonlyMap<string, JsonTree>
  /** Of a list. */
  items?: readonly JsonTree[]
}

/** Takes a valid JSON text apart, going over it once. */
export function readJsonTree(text: JsonText): JsonTree {
  let at = skipSpace(text, 0)

  function readValue(): JsonTree {
    const start = at
    const first = text[start]
    if (first === '{') {
      const members = new Map<string, JsonTree>()
      at = skipSpace(text, start + 1)
      while (at < text.length && text[at] !== '}') {
        const end = skipString(text, at)
        const name = keyAt(text, at, end)
        at = skipSpace(text, skipSpace(text, end) + 1)
        members.set(name, readValue())
        at = skipSeparator(text, at)
      }
      return { text: text.slice(start, ++at), members }
    }
    if (first === '[') {
      const items: JsonTree[] = []
      at = skipSpace(text, start + 1)
      while (at < text.length && text[at] !== ']') {
        items.push(readValue())
        at = skipSeparator(text, at)
      }
      return { text: text.slice(start, ++at), items }
    }
    at = first === '"' ? skipString(text, start) : skipWord(text, start)
    return { text: text.slice(start, at) }
  }

  return readValue()
}
