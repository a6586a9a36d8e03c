import { expect, test } from 'vitest'
import { agoWords, shortText, shortValue, sizeWords, timeWords, typeWord } from './value-words.ts'

test('every kind of value has a plain word', () => {
  expect(typeWord('hello')).toBe('text')
  expect(typeWord('2026-02-03T10:00:00Z')).toBe('date')
  expect(typeWord('2026-02-03')).toBe('date')
  expect(typeWord(7)).toBe('number')
  expect(typeWord(false)).toBe('yes/no')
  expect(typeWord([1])).toBe('list')
  expect(typeWord({ a: 1 })).toBe('group')
  expect(typeWord({ $file: 'file_1', name: 'offer.pdf' })).toBe('file')
  expect(typeWord(null)).toBe('empty')
  expect(typeWord(undefined)).toBe('empty')
})

test('a value is told in one short line without words of programming', () => {
  expect(shortValue(true)).toBe('yes')
  expect(shortValue(null)).toBe('empty')
  expect(shortValue([1, 2, 3])).toBe('3 items')
  expect(shortValue({ a: 1 })).toBe('1 field')
  expect(shortValue({ $file: 'file_1', name: 'offer.pdf' })).toBe('offer.pdf')
  expect(shortValue('two\n  lines')).toBe('two lines')
  expect(shortValue('')).toBe('empty text')
})

test('a long text is cut, also when most of it is blank', () => {
  expect(shortText('a'.repeat(100), 10)).toBe(`${'a'.repeat(9)}…`)
  expect(shortText(`ab${' '.repeat(1000)}c`, 10)).toBe('ab…')
  expect(shortText('fits here!', 10)).toBe('fits here!')
})

test('sizes and times carry units', () => {
  expect(sizeWords(900)).toBe('900 bytes')
  expect(sizeWords(2_100_000)).toBe('2.1 MB')
  expect(timeWords(40)).toBe('40 ms')
  expect(timeWords(420)).toBe('0.4 s')
  expect(timeWords(125_000)).toBe('2 min 5 s')
  expect(timeWords(59_970)).toBe('1 min')
  const now = Date.parse('2026-02-03T10:00:00Z')
  expect(agoWords('2026-02-03T09:59:40Z', now)).toBe('just now')
  expect(agoWords('2026-02-03T09:55:00Z', now)).toBe('5 min ago')
  expect(agoWords('2026-02-02T09:55:00Z', now)).toBe('yesterday')
})
