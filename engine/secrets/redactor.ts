import type { JsonText } from '#shared/json.ts'
import { createMatcher, type Hit, type Matcher } from './matcher.ts'
import { needlesOf } from './needles.ts'

/** A beginning of a secret that long gives it away where a text was cut off. */
const shortestBeginning = 6

/** Puts `[secret <name>]` in the place of secrets, in whatever form they come. */
export interface Redactor {
  text(text: string): string
  /** One that may have been cut off, such as a line of the log: where it ends, the beginning of a secret counts too. */
  line(text: string): string
  /** The texts, keys and numbers in a JSON text; what has none of it stays to the letter. */
  json(text: JsonText): JsonText
}

/** Of values shorter than `shortest` nothing is looked for. */
export function createRedactor(secrets: Iterable<{ name: string; value: string }>, shortest: number): Redactor {
  const needles = [...secrets].flatMap(({ name, value }) => (value.length < shortest ? [] : needlesOf(name, value)))
  if (needles.length === 0) return { text: same, line: same, json: same }
  const matcher = createMatcher(needles)
  return {
    text: (text) => replaced(text, matcher.find(text)),
    line: (text) => replaced(text, matcher.find(text, shortestBeginning)),
    json: (text) => (mayHold(matcher, text) ? redactTokens(text, matcher) : text),
  }
}

const same = (text: string) => text

/** A secret stands in JSON as it is or escaped as JSON escapes, which are forms of it; or in escapes nobody needs. */
function mayHold(matcher: Matcher, text: JsonText): boolean {
  return text.includes('\\u') || text.includes('\\/') || matcher.find(text).length > 0
}

function replaced(text: string, hits: readonly Hit[]): string {
  if (hits.length === 0) return text
  let result = ''
  let at = 0
  for (const { from, to, shown } of hits) {
    result += text.slice(at, from) + shown
    at = to
  }
  return result + text.slice(at)
}

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs

/** Only within texts and numbers: what is JSON stays JSON. */
function redactTokens(text: JsonText, matcher: Matcher): JsonText {
  return text.replaceAll(token, (found) => {
    if (!found.startsWith('"')) {
      const hits = matcher.find(found)
      return hits.length === 0 ? found : JSON.stringify(replaced(found, hits))
    }
    const inner: string = found.includes('\\') ? JSON.parse(found) : found.slice(1, -1)
    const hits = matcher.find(inner)
    return hits.length === 0 ? found : JSON.stringify(replaced(inner, hits))
  })
}
