import { expect, test } from 'vitest'
import { sizeText } from './size-text.ts'

test.each([
  [0, '0 bytes'],
  [700, '700 bytes'],
  [1024, '1 KiB'],
  [256 * 1024, '256 KiB'],
  [1.5 * 1024 ** 2, '1.5 MiB'],
  [2 * 1024 ** 4, '2,048 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})
