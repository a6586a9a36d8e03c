import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Join, OnError } from '#shared/flow.ts'
import { type Command, decide } from './decide.ts'
import type { JournalEvent, JournalFact } from './journal.ts'
import { indexPlan, type PlanIndex } from './plan-index.ts'
import { getNode, initialState, type RunState } from './run-state.ts'
import { apply } from './state.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { failed, finished, lost, started } from '../testing/journal-of.ts'

/** Small flows of every shape: each step has one to three lines from steps before it, by any of their exits. */
const plans = fc
  .array(
    fc.record({
      sources: fc.array(fc.record({ from: fc.nat(), handle: fc.constantFrom('out', 'out', 'out', 'true', 'false', 'error') }), {
        minLength: 1,
        maxLength: 3,
      }),
      join: fc.constantFrom<Join[]>('all', 'all', 'any', { atLeast: 2 }),
      cancelRest: fc.boolean(),
      onError: fc.constantFrom<OnError[]>('stop', 'continue', 'route'),
      atMostOnce: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((steps) => {
    const sketches: { [id: string]: StepSketch } = {}
    for (const [i, step] of steps.entries()) {
      const lines = step.sources.map(({ from, handle }) =>
        from % (i + 1) === 0 ? 'trigger' : `s${(from % (i + 1)) - 1}:${handle}`,
      )
      const after = [...new Set(lines)]
      const join = typeof step.join === 'object' ? { atLeast: Math.min(step.join.atLeast, after.length) } : step.join
      sketches[`s${i}`] = {
        after,
        join,
        cancelRest: step.cancelRest,
        onError: step.onError,
        delivery: step.atMostOnce ? 'atMostOnce' : 'atLeastOnce',
      }
    }
    return indexPlan(flowOf(sketches))
  })

/** What the world does: one number decides each thing that can go either way. */
const luck = fc.array(fc.nat(999), { minLength: 40, maxLength: 40 })

interface Played {
  journal: JournalEvent[]
  state: RunState
}

/** Carries a run out against a world that fails, waits, branches and crashes as luck has it. */
function play(
  index: PlanIndex,
  numbers: readonly number[],
  observe: (journal: JournalEvent[], commands: Command[]) => void = () => undefined,
): Played {
  const state = initialState(index)
  const journal: JournalEvent[] = []
  let drawn = 0
  const draw = (below: number) => (numbers[drawn++ % numbers.length] ?? 0) % below
  const write = (fact: JournalFact) => {
    const event = { seq: journal.length, at: 1000 + journal.length, ...fact }
    journal.push(event)
    apply(state, event)
  }
  write({ kind: 'run.created', data: { triggerId: 'trigger' } })
  for (let turn = 0; turn < 400 && !state.end; turn++) {
    const commands = decide(state)
    observe(journal, commands)
    for (const command of commands) {
      if (command.kind === 'start' && state.ready.has(command.path))
        write(started(command.path, getNode(state, command.path).attempt + 1))
      else if (command.kind === 'poison') write(failed(command.path, null, getNode(state, command.path).attempt + 1))
      else if (command.kind === 'finish') write({ kind: 'run.finished', data: command.end })
      else if (command.kind === 'pause' && !wakeUp(state, write)) return { journal, state }
    }
    const [path] = state.running
    if (path === undefined || state.end) continue
    if (drawn < 200 && draw(9) === 0) {
      const running = [...state.running]
      for (const one of running) write(lost(one, getNode(state, one).attempt, running.length === 1))
    } else endOne(state, write, draw)
  }
  return { journal, state }
}

function endOne(state: RunState, write: (fact: JournalFact) => void, draw: (below: number) => number): void {
  const running = [...state.running]
  const path = running[draw(running.length)] ?? ''
  const { attempt } = getNode(state, path)
  switch (draw(6)) {
    case 0:
      return write(failed(path, null, attempt))
    case 1:
      return write(failed(path, attempt < 3 ? 5000 : null, attempt))
    case 2:
      return write(finished(path, ['true'], attempt))
    default:
      return write(finished(path, draw(4) === 0 ? [] : ['out', 'false'], attempt))
  }
}

/** Time passes: retries begin. Gives false when only a person can help. */
function wakeUp(state: RunState, write: (fact: JournalFact) => void): boolean {
  const [path] = state.retrying
  if (path === undefined) return false
  write(started(path, getNode(state, path).attempt + 1))
  return true
}

const runs = { numRuns: 3000 }

test('every flow comes to an end, or waits for a person, whatever happens in it', () => {
  fc.assert(
    fc.property(plans, luck, (index, numbers) => {
      const { state } = play(index, numbers)
      if (state.end) {
        expect(state.running.size).toBe(0)
        expect(decide(state)).toEqual([])
      } else expect([...state.waiting].every((path) => getNode(state, path).wait?.kind === 'inDoubt')).toBe(true)
    }),
    runs,
  )
})

test('any prefix of a journal, folded from nothing, leads to the same decisions', () => {
  fc.assert(
    fc.property(plans, luck, (index, numbers) => {
      play(index, numbers, (journal, commands) => {
        const again = initialState(index)
        for (const event of journal) apply(again, event)
        expect(decide(again)).toEqual(commands)
      })
    }),
    { numRuns: 500 },
  )
})

test('a step starts only when its join is decided, has one outcome, and starts no more after it', () => {
  fc.assert(
    fc.property(plans, luck, (index, numbers) => {
      const { journal } = play(index, numbers)
      const state = initialState(index)
      const ended = new Set<string>()
      for (const event of journal) {
        if (event.kind === 'step.started') {
          expect(ended.has(event.path)).toBe(false)
          const { taken, dead, step } = getNode(state, event.path)
          if (step.join === 'all') expect(taken + dead).toBe(step.incoming.length)
          expect(taken).toBeGreaterThanOrEqual(typeof step.join === 'object' ? step.join.atLeast : 1)
        }
        if (event.kind === 'step.finished' || (event.kind === 'step.failed' && event.data.retryAt === null)) {
          expect(ended.has(event.path)).toBe(false)
          ended.add(event.path)
        }
        apply(state, event)
      }
    }),
    runs,
  )
})

test('a run that ends well has every step decided', () => {
  fc.assert(
    fc.property(plans, luck, (index, numbers) => {
      const { state } = play(index, numbers)
      if (state.end?.status !== 'succeeded') return
      for (const { id } of index.plan.steps) expect(['succeeded', 'skipped', 'cancelled']).toContain(state.nodes.get(id)?.status)
    }),
    runs,
  )
})
