import { monaco } from './monaco.ts'

/**
 * Puts a text in place of another, touching only what differs between their beginnings and ends: the view doesn't jump,
 * and marks elsewhere stay. Answers where the change ends.
 */
export function replaceText(model: monaco.editor.ITextModel, text: string): monaco.Position {
  const before = model.getValue()
  let start = 0
  const shorter = Math.min(before.length, text.length)
  while (start < shorter && before[start] === text[start]) start++
  let tail = 0
  while (tail < shorter - start && before[before.length - 1 - tail] === text[text.length - 1 - tail]) tail++
  const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(before.length - tail))
  model.pushEditOperations([], [{ range, text: text.slice(start, text.length - tail) }], () => null)
  return model.getPositionAt(text.length - tail)
}
