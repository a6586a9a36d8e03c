import { expect, test } from 'vitest'
import { Duration } from '#shared/flow.ts'
import { durationFromParts, durationParts, msFromParts, partsOfMs } from './duration-parts.ts'

test('a stored length of time is read as number and unit and written back the same', () => {
  for (const stored of ['500ms', '10s', '5m', '2h', '3d', '1.5h']) {
    const parts = durationParts(stored)
    expect(parts && durationFromParts(parts)).toBe(stored)
    expect(Duration.safeParse(stored).success).toBe(true)
  }
})

test('milliseconds are told in the biggest whole unit', () => {
  expect(durationParts(300_000)).toEqual({ amount: '5', unit: 'm' })
  expect(partsOfMs(90_000)).toEqual({ amount: '90', unit: 's' })
  expect(partsOfMs(250)).toEqual({ amount: '250', unit: 'ms' })
  expect(partsOfMs(0)).toEqual({ amount: '0', unit: 's' })
})

test('a formula is not a number and a unit', () => {
  expect(durationParts('{{ trigger.body.pause }}')).toBeUndefined()
  expect(durationParts('soon')).toBeUndefined()
})

test('an empty amount stores nothing, a comma counts as a point', () => {
  expect(durationFromParts({ amount: ' ', unit: 's' })).toBeUndefined()
  expect(durationFromParts({ amount: '1,5', unit: 'h' })).toBe('1.5h')
  expect(msFromParts({ amount: '1,5', unit: 's' })).toBe(1500)
  expect(msFromParts({ amount: 'x', unit: 's' })).toBeUndefined()
})
