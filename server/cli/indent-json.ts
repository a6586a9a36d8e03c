import type { JsonText } from '#shared/json.ts'

/**
 * JSON text laid out for reading. Only the space between its parts changes: numbers, keys and texts stay to the letter,
 * so that big numbers and doubled keys survive. The text must be valid JSON.
 */
export function indentJson(text: JsonText): JsonText {
  let out = ''
  let depth = 0
  const newLine = () => `\n${'  '.repeat(depth)}`
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    if (part === '{' || part === '[') {
      depth++
      out += part + newLine()
    } else if (part === '}' || part === ']') {
      const before = newLine()
      depth--
      // Nothing between: the brackets stay together.
      out = out.endsWith(`${part === '}' ? '{' : '['}${before}`) ? out.slice(0, -before.length) + part : out + newLine() + part
    } else if (part === ',') out += part + newLine()
    else if (part === ':') out += ': '
    else out += part
  }
  return out
}
