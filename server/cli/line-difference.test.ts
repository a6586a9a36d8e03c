import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { countChanges, excerpt, lineDifference } from './line-difference.ts'

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'))

test('what is taken out and put in leads from one text to the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const changes = lineDifference(before, after)
      const without = (kind: string) => changes.filter((change) => change.kind !== kind).map((change) => change.text)
      expect(without('+').join('\n')).toBe(before)
      expect(without('-').join('\n')).toBe(after)
      if (before === after) expect(countChanges(changes)).toBe('+0 −0 lines')
    }),
  )
})

test('lines in common stay', () => {
  const changes = lineDifference('a\nb\nc\nd', 'a\nx\nc\nd\ne')
  expect(countChanges(changes)).toBe('+2 −1 lines')
  expect(excerpt(changes, 3)).toEqual(['  a', '- b', '+ x', '… and 3 more lines'])
})
