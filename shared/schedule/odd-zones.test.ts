import { describe, expect, test } from 'vitest'
import { nextTicks } from './next-tick.ts'

/**
 * Every change of clocks of every zone the platform knows, held to the rules as docs/schedules.md writes them down. What
 * is expected is counted out here from `Intl` alone, wall time by wall time, by other means than the code has.
 */
interface Change {
  zone: string
  at: number
  before: number
  after: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const iso = (instants: readonly number[]) => instants.map((instant) => new Date(instant).toISOString())

const formats = new Map<string, Intl.DateTimeFormat>()
function distanceAt(zone: string, instant: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' })
  formats.set(zone, format)
  return Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - instant
}

/** Changes that are alike in all zones are one. */
function changesOf(zones: readonly string[], from: number, to: number): Change[] {
  const found = new Map<string, Change>()
  for (const zone of zones) {
    let before = distanceAt(zone, from)
    for (let week = from; week < to; week += 7 * dayMs) {
      const after = distanceAt(zone, week + 7 * dayMs)
      if (after === before) continue
      let early = week
      let late = week + 7 * dayMs
      while (late - early > 1000) {
        const middle = Math.floor((early + late) / 2000) * 1000
        if (distanceAt(zone, middle) === before) early = middle
        else late = middle
      }
      found.set([late, before, after].join(), { zone, at: late, before, after })
      before = after
    }
  }
  return [...found.values()]
}

/** The instants at which the clock shows a wall time: none, one or two. */
function instantsOf({ at, before, after }: Change, wall: number): number[] {
  return [wall - before, wall - after].filter((instant, side) => (side === 0 ? instant < at : instant >= at))
}

const changes = changesOf(Intl.supportedValuesOf('timeZone'), Date.UTC(2011), Date.UTC(2031))

const rules: { cron: string; isNamed: boolean; means: (wall: Date) => boolean }[] = [
  { cron: '30 2 * * *', isNamed: true, means: (w) => w.getUTCHours() === 2 && w.getUTCMinutes() === 30 },
  { cron: '0 0 * * *', isNamed: true, means: (w) => w.getUTCHours() === 0 && w.getUTCMinutes() === 0 },
  { cron: '45 23 * * *', isNamed: true, means: (w) => w.getUTCHours() === 23 && w.getUTCMinutes() === 45 },
  {
    cron: '15,45 0,1,2,3,23 * * *',
    isNamed: true,
    means: (w) => [0, 1, 2, 3, 23].includes(w.getUTCHours()) && w.getUTCMinutes() % 30 === 15,
  },
  { cron: '0 0-4 * * *', isNamed: true, means: (w) => w.getUTCHours() <= 4 && w.getUTCMinutes() === 0 },
  { cron: '*/15 * * * *', isNamed: false, means: (w) => w.getUTCMinutes() % 15 === 0 },
  { cron: '0 * * * *', isNamed: false, means: (w) => w.getUTCMinutes() === 0 },
  {
    cron: '*/20 1-3 * * *',
    isNamed: false,
    means: (w) => w.getUTCMinutes() % 20 === 0 && w.getUTCHours() >= 1 && w.getUTCHours() <= 3,
  },
]

test('the platform knows changes of clocks of many kinds', () => {
  expect(changes.length).toBeGreaterThan(300)
  const sizes = new Set(changes.map(({ before, after }) => (after - before) / minuteMs))
  // Lord Howe by half an hour, Troll by two hours, Samoa by a whole day, Pyongyang and Caracas by half an hour once.
  for (const size of [30, -30, 60, -60, 120, -120, 1440]) expect(sizes).toContain(size)
})

describe.each(rules)('around every change of clocks in every zone, $cron', ({ cron, isNamed, means }) => {
  test(isNamed ? 'comes once for each time it names' : 'comes as time passes', () => {
    const wrong: unknown[] = []
    for (const change of changes) {
      const marginMs = (isNamed ? 6 : 2) * hourMs
      const from = change.at - marginMs
      const to = change.at + marginMs + Math.min(hourMs, Math.abs(change.after - change.before))
      const expected = new Set<number>()
      const [low, high] = [change.before, change.after].toSorted((a, b) => a - b)
      for (let wall = from + (low ?? 0) - dayMs; wall <= to + (high ?? 0) + dayMs; wall += minuteMs) {
        // Offsets are whole minutes today; in older days some were not.
        const even = Math.round(wall / minuteMs) * minuteMs
        if (!means(new Date(even))) continue
        const instants = instantsOf(change, even)
        if (isNamed) expected.add(instants.length === 0 ? change.at : Math.min(...instants))
        else for (const instant of instants) expected.add(instant)
      }
      const inside = [...expected].filter((instant) => instant > from && instant <= to).toSorted((a, b) => a - b)
      const schedule = { rules: [{ cron, timezone: change.zone }] }
      const got = nextTicks(schedule, from, inside.length + 1).filter((instant) => instant <= to)
      if (iso(got).join() !== iso(inside).join()) wrong.push({ ...change, got: iso(got), inside: iso(inside) })
    }
    expect(wrong.slice(0, 3)).toEqual([])
  })
})
