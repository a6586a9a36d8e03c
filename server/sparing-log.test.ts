import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Log } from '#engine/index.ts'
import { sparingLog } from './sparing-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function collecting() {
  const lines: [string, object, string][] = []
  const write = (level: string) => (facts: object, message: string) => void lines.push([level, facts, message])
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  return { lines, log: sparingLog(log, { mostLines: 3, perMs: 1000 }) }
}

test('of one message so many lines are written in a minute, and how many more there were at its end', () => {
  const { lines, log } = collecting()
  for (let n = 0; n < 1000; n++) log.warn({ n }, 'flood')
  log.error({}, 'something else')
  expect(lines).toEqual([
    ['warn', { n: 0 }, 'flood'],
    ['warn', { n: 1 }, 'flood'],
    ['warn', { n: 2 }, 'flood'],
    ['error', {}, 'something else'],
  ])
  vi.advanceTimersByTime(1000)
  expect(lines.slice(4)).toEqual([['warn', { leftOut: 997 }, 'flood (and so many times more within a minute)']])
  log.warn({ n: 'next' }, 'flood')
  expect(lines.at(-1)).toEqual(['warn', { n: 'next' }, 'flood'])
})

test('nothing is added to what was not too much', () => {
  const { lines, log } = collecting()
  for (let n = 0; n < 3; n++) log.info({}, 'told')
  vi.advanceTimersByTime(5000)
  expect(lines).toHaveLength(3)
})
