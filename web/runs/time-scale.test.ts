import { expect, test } from 'vitest'
import { timeScale } from './time-scale.ts'

test('a short run is drawn to scale', () => {
  const scale = timeScale({ fromMs: 1000, toMs: 3000 }, [{ fromMs: 1000, toMs: 1400 }], true)
  expect(scale.stretches).toHaveLength(1)
  expect(scale.position(1000)).toBe(0)
  expect(scale.position(2000)).toBe(0.5)
  expect(scale.position(3000)).toBe(1)
  expect(scale.ticks.map((tick) => tick.ms)).toEqual([0, 500, 1000, 1500, 2000])
})

test('a three-day wait is folded and the seconds beside it stay readable', () => {
  const day = 86_400_000
  const busy = [
    { fromMs: 0, toMs: 400 },
    { fromMs: 3 * day, toMs: 3 * day + 600 },
  ]
  const scale = timeScale({ fromMs: 0, toMs: 3 * day + 600 }, busy, true)
  expect(scale.stretches.map((stretch) => stretch.isFolded)).toEqual([false, true, false])
  const [first, fold, last] = scale.stretches
  expect(first!.end - first!.start).toBeCloseTo(400 / 1100, 5)
  expect(fold!.end - fold!.start).toBeCloseTo(100 / 1100, 5)
  expect(last!.end).toBeCloseTo(1, 10)
  expect(scale.ticks.filter((tick) => tick.isAfterFold).map((tick) => tick.ms)).toEqual([200, 400, 600])
  expect(timeScale({ fromMs: 0, toMs: 3 * day + 600 }, busy, false).stretches).toHaveLength(1)
})

test('steps at work side by side leave no quiet between them', () => {
  const busy = [
    { fromMs: 0, toMs: 60_000 },
    { fromMs: 1000, toMs: 2000 },
    { fromMs: 61_000, toMs: 70_000 },
  ]
  expect(timeScale({ fromMs: 0, toMs: 70_000 }, busy, true).stretches).toHaveLength(1)
})

test('a run that only waits so far has an axis', () => {
  const scale = timeScale({ fromMs: 0, toMs: 100_000 }, [], true)
  expect(scale.position(0)).toBe(0)
  expect(scale.position(100_000)).toBe(1)
  expect(timeScale({ fromMs: 5, toMs: 5 }, [], true).position(5)).toBeGreaterThanOrEqual(0)
})
