import type { JsonText } from '#shared/json.ts'

const mark = /[{}[\],:"]|[^\s{}[\],:"]+/g

/**
 * JSON text laid out for reading. Only the space between its parts changes: numbers, keys and texts stay to the letter,
 * so that big numbers and doubled keys survive. The text must be valid JSON; large ones take linear time.
 */
export function indentJson(text: JsonText): JsonText {
  const parts: string[] = []
  let depth = 0
  let isJustOpened = false
  const newLine = () => parts.push(`\n${'  '.repeat(depth)}`)
  mark.lastIndex = 0
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [sign] = found
    if (sign === '}' || sign === ']') {
      depth--
      if (!isJustOpened) newLine()
    } else if (isJustOpened) newLine()
    isJustOpened = sign === '{' || sign === '['
    if (isJustOpened) depth++
    if (sign === '"') {
      mark.lastIndex = endOfString(text, found.index)
      parts.push(text.slice(found.index, mark.lastIndex))
    } else parts.push(sign === ':' ? ': ' : sign)
    if (sign === ',') newLine()
  }
  return parts.join('')
}

/** Searches natively: strings may be very long. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close + 1
}

function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text[before - 1] === '\\') before--
  return (at - before) % 2 === 1
}
