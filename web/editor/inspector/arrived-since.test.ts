import { expect, test } from 'vitest'
import { arrivedSince } from './arrived-since.ts'

const run = (id: string, triggerId = 'paid', version: number | 'draft' = 1) => ({ id, triggerId, version })

test('what ran before one looked at a start was there, what runs after it has arrived', () => {
  expect(arrivedSince(undefined, 'paid', [run('run_1')])).toEqual({ newest: 'run_1', arrived: undefined })
  expect(arrivedSince('run_1', 'paid', [run('run_1')])).toEqual({ newest: 'run_1', arrived: undefined })
  expect(arrivedSince('run_1', 'paid', [run('run_2'), run('run_1')])).toEqual({ newest: 'run_2', arrived: 'run_2' })
})

test('the very first run arrives too', () => {
  expect(arrivedSince(undefined, 'paid', [])).toEqual({ newest: null, arrived: undefined })
  expect(arrivedSince(null, 'paid', [run('run_1')])).toEqual({ newest: 'run_1', arrived: 'run_1' })
})

test('tests of the draft and runs that began at another start are none of it', () => {
  const runs = [run('run_3', 'paid', 'draft'), run('run_2', 'other'), run('run_1')]
  expect(arrivedSince('run_1', 'paid', runs)).toEqual({ newest: 'run_1', arrived: undefined })
})

test('a run that is the newest because a newer one was forgotten has not arrived', () => {
  expect(arrivedSince('run_2', 'paid', [run('run_1')])).toEqual({ newest: 'run_1', arrived: undefined })
})
