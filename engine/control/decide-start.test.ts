import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideStart, emptyLane, type Lane, type StartDecision } from './decide-start.ts'
import type { Gate } from './start-control.ts'

/** A flow whose starts come one after the other; runs begin when they are due, and end when the test says so. */
function model(gates: Gate[]) {
  const lanes = new Map<string, Lane>()
  const runs = new Map<string, { dueAt: number | null; items: number[]; isOver: boolean }>()
  let next = 0
  return {
    runs,
    start(now: number, size = 1): StartDecision {
      const n = next++
      const runId = `run_${n}`
      const decision = decideStart(
        { gates },
        {
          now,
          lane(gate) {
            let lane = lanes.get(gate.kind)
            if (!lane) lanes.set(gate.kind, (lane = emptyLane()))
            return lane
          },
          run(id) {
            const run = runs.get(id)
            return run && !run.isOver ? { isCollecting: run.dueAt !== null && run.dueAt > now, planHash: 'plan' } : undefined
          },
          occupants: () => [...runs].flatMap(([id, run]) => (run.isOver ? [] : [id])),
        },
        { runId, planHash: 'plan', delayMs: 0, size },
      )
      if (decision.kind === 'create') {
        for (const id of decision.cancel) Object.assign(runs.get(id) ?? {}, { isOver: true })
        runs.set(runId, { dueAt: decision.dueAt, items: [n], isOver: false })
      } else if (decision.kind === 'merge') {
        const run = runs.get(decision.runId)
        if (run) Object.assign(run, { dueAt: decision.isFull ? null : decision.dueAt, items: [...run.items, n] })
      }
      return decision
    },
  }
}

const pauses = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60 })
function instantsOf(steps: readonly number[]): number[] {
  let at = 1000
  return steps.map((pause) => (at += pause))
}

test('in no stretch of its time does a rate let in more than its limit, nor fewer than it could', () => {
  fc.assert(
    fc.property(pauses, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 }), (steps, limit, perMs) => {
      const flow = model([{ kind: 'rateLimit', key: 'k', limit, perMs }])
      const letIn: number[] = []
      for (const now of instantsOf(steps)) {
        const lately = letIn.filter((at) => at > now - perMs).length
        const decision = flow.start(now)
        expect(decision.kind).toBe(lately < limit ? 'create' : 'drop')
        if (decision.kind === 'create') letIn.push(now)
      }
    }),
  )
})

test('a debounced run begins when it has been quiet, at its longest wait at the latest, and every start is in one run', () => {
  const bounds = fc.record({ forMs: fc.integer({ min: 1, max: 50 }), more: fc.option(fc.integer({ min: 0, max: 100 })) })
  fc.assert(
    fc.property(pauses, bounds, (steps, { forMs, more }) => {
      const maxWaitMs = more === null ? undefined : forMs + more
      const flow = model([{ kind: 'debounce', key: 'k', forMs, edge: 'trailing', maxWaitMs }])
      const instants = instantsOf(steps)
      for (const now of instants) flow.start(now)
      const items = [...flow.runs.values()].flatMap((run) => run.items)
      expect(items).toEqual(instants.map((_, n) => n))
      for (const { items: those, dueAt } of flow.runs.values()) {
        const [first = 0, last = 0] = [instants[those[0] ?? 0], instants[those.at(-1) ?? 0]]
        expect(dueAt).toBe(Math.min(last + forMs, maxWaitMs === undefined ? Infinity : first + maxWaitMs))
        expect(last < (dueAt ?? 0)).toBe(true)
      }
    }),
  )
})

test('a leading debounce begins only after quiet, or once its longest wait is over', () => {
  fc.assert(
    fc.property(pauses, fc.integer({ min: 1, max: 50 }), fc.option(fc.integer({ min: 0, max: 100 })), (steps, forMs, more) => {
      const maxWaitMs = more === null ? undefined : forMs + more
      const flow = model([{ kind: 'debounce', key: 'k', forMs, edge: 'leading', maxWaitMs }])
      let last = Number.NEGATIVE_INFINITY
      let first = Number.NEGATIVE_INFINITY
      for (const now of instantsOf(steps)) {
        const isQuiet = now - last >= forMs || (maxWaitMs !== undefined && now - first >= maxWaitMs)
        expect(flow.start(now).kind).toBe(isQuiet ? 'create' : 'drop')
        last = now
        if (isQuiet) first = now
      }
    }),
  )
})

test('a batch whose starts hold much data begins before there are as many as it takes', () => {
  const flow = model([{ kind: 'batch', key: 'k', size: 1000, forMs: 3_600_000 }])
  const mebi = 1024 ** 2
  for (let n = 0; n < 20; n++) flow.start(1000 + n, 10 * mebi)
  expect([...flow.runs.values()].map(({ items, dueAt }) => [items.length, dueAt])).toEqual(
    Array.from({ length: 5 }, () => [4, null]),
  )
  // One that is too large for company goes by itself.
  expect(flow.start(2000, 40 * mebi)).toMatchObject({ kind: 'create', dueAt: null })
  expect(flow.start(2001)).toMatchObject({ kind: 'create', dueAt: 2001 + 3_600_000 })
})

test('batches are never above their size, lose nothing, and wait no longer than they may', () => {
  fc.assert(
    fc.property(pauses, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 120 }), (steps, size, forMs) => {
      const flow = model([{ kind: 'batch', key: 'k', size, forMs }])
      const instants = instantsOf(steps)
      for (const now of instants) flow.start(now)
      expect([...flow.runs.values()].flatMap((run) => run.items)).toEqual(instants.map((_, n) => n))
      for (const { items, dueAt } of flow.runs.values()) {
        expect(items.length).toBeLessThanOrEqual(size)
        expect(dueAt).toBe(items.length === size ? null : (instants[items[0] ?? 0] ?? 0) + forMs)
      }
    }),
  )
})

test('a singleton has one run that is not over; above a limit starts are dropped or the oldest go', () => {
  const unfinished = (flow: ReturnType<typeof model>) => [...flow.runs.values()].filter((run) => !run.isOver)
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 40 }),
      fc.constantFrom('skip', 'cancelOld', 'drop', 'cancelOldest'),
      (ends, how) => {
        const gate: Gate =
          how === 'skip' || how === 'cancelOld'
            ? { kind: 'singleton', key: 'k', onDuplicate: how }
            : { kind: 'slots', key: 'k', limit: 3, onLimit: how }
        const flow = model([gate])
        const most = gate.kind === 'slots' ? 3 : 1
        for (const [now, endsOne] of ends.entries()) {
          const before = unfinished(flow).length
          const decision = flow.start(1000 + now)
          const isFull = before === most
          expect(decision.kind).toBe(isFull && (how === 'skip' || how === 'drop') ? 'drop' : 'create')
          expect(unfinished(flow).length).toBe(isFull ? most : before + 1)
          const [oldest] = unfinished(flow)
          if (endsOne && oldest) oldest.isOver = true
        }
      },
    ),
  )
})

test('what is dropped does not count against the rate', () => {
  const flow = model([
    { kind: 'rateLimit', key: 'k', limit: 2, perMs: 1000 },
    { kind: 'singleton', key: 'k', onDuplicate: 'skip' },
  ])
  expect(flow.start(1)).toMatchObject({ kind: 'create' })
  for (const now of [2, 3, 4]) expect(flow.start(now)).toEqual({ kind: 'drop', reason: 'singleton' })
  Object.assign(flow.runs.get('run_0') ?? {}, { isOver: true })
  expect(flow.start(5)).toMatchObject({ kind: 'create' })
  Object.assign(flow.runs.get('run_4') ?? {}, { isOver: true })
  expect(flow.start(6)).toEqual({ kind: 'drop', reason: 'rate_limited' })
})
