import { expect, test } from 'vitest'
import { durationText } from './duration-text.ts'

test.each([
  [0, '<1 ms'],
  [12.4, '12 ms'],
  [999, '999 ms'],
  [999.7, '1 s'],
  [3_120, '3.1 s'],
  [9_960, '10 s'],
  [59_600, '1 min'],
  [130_000, '2 min 10 s'],
  [3_599_700, '1 h'],
  [7_800_000, '2 h 10 min'],
  [86_399_000, '24 h'],
  [273_600_000, '3 d 4 h'],
])('%d ms reads %s', (ms, words) => {
  expect(durationText(ms)).toBe(words)
})
