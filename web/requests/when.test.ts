import { expect, test } from 'vitest'
import { timesOf } from './when.ts'

const now = Date.parse('2026-11-26T08:00:00Z')

test('a stretch up to now begins so long ago and has no end', () => {
  expect(timesOf({ when: 'hour' }, now)).toEqual({ from: '2026-11-26T07:00:00.000Z' })
  expect(timesOf({ when: 'week' }, now)).toEqual({ from: '2026-11-19T08:00:00.000Z' })
  expect(timesOf({}, now)).toEqual({})
})

test('of two times either may be left out, and what is no time counts as left out', () => {
  const local = (text: string) => new Date(text).toISOString()
  const from = '2026-11-20T08:00'
  expect(timesOf({ when: 'between', from }, now)).toEqual({ from: local(from) })
  expect(timesOf({ when: 'between', from, to: '2026-11-21T09:30' }, now)).toEqual({
    from: local(from),
    to: local('2026-11-21T09:30'),
  })
  expect(timesOf({ when: 'between', from: 'soon' }, now)).toEqual({})
})
