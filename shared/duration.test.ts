import { expect, test } from 'vitest'
import { durationMs, findDurationMs } from './duration.ts'

test.each<[value: number | string, ms: number]>([
  [0, 0],
  [1500, 1500],
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5 m', 90_000],
  ['2h', 7_200_000],
  ['3d', 259_200_000],
])('%s is %i ms', (value, ms) => expect(durationMs(value)).toBe(ms))

test.each([-1, Number.NaN, '10', 's', '1w', '-5s', '1e3s', '2000d', `${'9'.repeat(400)}d`, '', '5 toString'])(
  '%s is no length of time',
  (value) => {
    expect(findDurationMs(value)).toBeUndefined()
    expect(() => durationMs(value)).toThrow(/is not a length of time/)
  },
)
