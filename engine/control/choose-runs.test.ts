import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Candidate } from '../db/queue-heads.ts'
import { chooseRuns, type Throttle } from './choose-runs.ts'

const candidate = (runId: string, some: Partial<Candidate> = {}): Candidate => ({
  runId,
  lane: 'a.',
  slots: 'a',
  slotLimit: 2,
  throttle: null,
  planHash: 'plan',
  priority: 0,
  isWaking: false,
  isEnding: false,
  taken: 0,
  takenInLane: 0,
  ...some,
})
const chosen = (candidates: Candidate[], throttles: [string, Throttle][] = [], limit = 100) =>
  chooseRuns(candidates, new Map(throttles), 1000, limit).map(({ runId }) => runId)

describe('who is next', () => {
  test('those that only go on, then the more urgent, then who came first', () => {
    const line = [
      candidate('r1'),
      candidate('r2', { priority: 5 }),
      candidate('r3', { isWaking: true, priority: -9 }),
      candidate('r4'),
    ]
    expect(chosen(line.map((one) => ({ ...one, slotLimit: 3 })))).toEqual(['r3', 'r2', 'r1'])
  })

  test('as many as there are slots free', () => {
    expect(chosen(['r1', 'r2', 'r3'].map((id) => candidate(id, { taken: 1 })))).toEqual(['r1'])
    expect(chosen([candidate('r1', { taken: 2 })])).toEqual([])
  })

  test('of lanes that share slots, the one with the fewest running', () => {
    const shared = { slots: 's', slotLimit: 4, taken: 2 }
    const crowd = ['r1', 'r2', 'r3'].map((id) => candidate(id, { ...shared, lane: 's.crowd', takenInLane: 2 }))
    const few = ['r7', 'r8', 'r9'].map((id) => candidate(id, { ...shared, lane: 's.few' }))
    expect(chosen([...crowd, ...few])).toEqual(['r7', 'r8'])
  })

  test('of lanes under one throttle, the one that was served longest ago', () => {
    const one = (id: string, lane: string) => candidate(id, { slots: null, slotLimit: null, throttle: 't', lane })
    const throttle = { limit: 1, perMs: 100, instants: [900], served: ['c.t', 'a.t'] }
    expect(chosen([one('r1', 'a.t'), one('r2', 'b.t'), one('r3', 'c.t')], [['t', throttle]])).toEqual(['r2'])
    expect(throttle).toMatchObject({ instants: [1000], served: ['c.t', 'a.t', 'b.t'] })
    expect(chosen([one('r1', 'a.t')], [['t', throttle]])).toEqual([])
  })

  test('a run that only has to end needs no slot', () => {
    const full = { taken: 2 }
    expect(chosen([candidate('r1', full), candidate('r2', { isWaking: true, isEnding: true })])).toEqual(['r2'])
  })

  test('a run that has begun needs no turn at the throttle', () => {
    const throttle = { limit: 1, perMs: 100, instants: [999], served: [] }
    const waking = candidate('r1', { throttle: 't', isWaking: true })
    expect(chosen([waking, candidate('r2', { throttle: 't' })], [['t', throttle]])).toEqual(['r1'])
  })
})

test('whoever stands in line: no slot is given twice, nobody passes the one in front, and nothing is left free', () => {
  const lanes = fc.array(
    fc.record({
      slots: fc.constantFrom('x', 'y', null),
      throttle: fc.constantFrom('t', 'u', null),
      runs: fc.array(fc.record({ priority: fc.integer({ min: -2, max: 2 }), isWaking: fc.boolean() }), { maxLength: 6 }),
    }),
    { maxLength: 6 },
  )
  const taken = fc.record({ x: fc.integer({ min: 0, max: 3 }), y: fc.integer({ min: 0, max: 3 }) })
  const instants = fc.array(fc.integer({ min: 800, max: 1000 }), { maxLength: 3 })
  fc.assert(
    fc.property(lanes, taken, instants, instants, fc.integer({ min: 1, max: 12 }), (some, held, t, u, limit) => {
      const limits = { x: 3, y: 2 }
      const line = some.flatMap(({ slots, throttle, runs }, lane) =>
        runs.map((run, n) =>
          candidate(`r${lane}${n}`, {
            ...run,
            lane: `lane ${lane}`,
            slots,
            slotLimit: slots && limits[slots],
            taken: slots ? held[slots] : 0,
            throttle,
          }),
        ),
      )
      const throttles = new Map<string, Throttle>([
        ['t', { limit: 2, perMs: 150, instants: t.toSorted((a, b) => a - b).slice(-2), served: [] }],
        ['u', { limit: 1, perMs: 50, instants: u.toSorted((a, b) => a - b).slice(-1), served: [] }],
      ])
      const picked = chooseRuns(line, throttles, 1000, limit)
      for (const slots of ['x', 'y'] as const) {
        const more = picked.filter((one) => one.slots === slots).length
        expect(held[slots] + more <= limits[slots] || more === 0).toBe(true)
      }
      for (const { limit: most, perMs, instants: all } of throttles.values()) {
        const lately = all.filter((at) => at > 1000 - perMs)
        expect(lately.length).toBeLessThanOrEqual(most)
      }
      const names = new Set(picked.map(({ runId }) => runId))
      for (const lane of Map.groupBy(line, (one) => one.lane).values()) {
        const queue = lane.toSorted(
          (a, b) => Number(b.isWaking) - Number(a.isWaking) || b.priority - a.priority || (a.runId < b.runId ? -1 : 1),
        )
        const first = queue.findIndex(({ runId }) => !names.has(runId))
        if (first < 0) continue
        expect(queue.slice(first).some(({ runId }) => names.has(runId))).toBe(false)
        const head = queue[first]
        if (!head || picked.length === limit) continue
        const full =
          head.slots !== null && picked.filter((one) => one.slots === head.slots).length + head.taken >= (head.slotLimit ?? 0)
        const pace = head.throttle === null || head.isWaking ? undefined : throttles.get(head.throttle)
        const slow = pace !== undefined && pace.instants.filter((at) => at > 1000 - pace.perMs).length >= pace.limit
        expect(full || slow).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})
