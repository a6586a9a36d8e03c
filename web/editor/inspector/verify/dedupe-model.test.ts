import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { hoursFrom, readDedupe, windowParts, writeDedupe } from './dedupe-model.ts'

test('what is stored is drawn and written again as it was; nothing is stored for what holds anyway', () => {
  const values: Json[] = [{ key: '{{ trigger.body.id }}' }, { windowHours: 0.5 }, { key: 'a', windowHours: 168 }]
  for (const value of values) {
    const drawn = readDedupe(value)
    expect(drawn && writeDedupe(drawn)).toEqual(value)
  }
  const nothing = readDedupe(undefined)
  expect(nothing && writeDedupe(nothing)).toBeUndefined()
})

test('what the form would lose something of is left as text', () => {
  for (const value of [null, 'id', [], { key: 7 }, { windowHours: '2' }, { key: 'a', by: 'me' }])
    expect(readDedupe(value)).toBeUndefined()
})

test('hours are whole days where they come to that', () => {
  expect([168, 24, 36, 1, 0.5].map(windowParts)).toEqual([
    { amount: 7, unit: 'days' },
    { amount: 1, unit: 'days' },
    { amount: 36, unit: 'hours' },
    { amount: 1, unit: 'hours' },
    { amount: 0.5, unit: 'hours' },
  ])
  expect([hoursFrom(7, 'days'), hoursFrom(1.5, 'hours')]).toEqual([168, 1.5])
})
