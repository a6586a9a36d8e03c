import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JournalEvent } from './journal.ts'
import type { PlanIndex } from './plan-index.ts'
import { getNode, getScope, initialState, pathIn, type RunState, stepIdIn } from './run-state.ts'
import { apply } from './state.ts'
import { drawFrom, drawPlan } from '../testing/model-plans.ts'
import { type Played, playModel } from '../testing/model-world.ts'

const numbers = fc.array(fc.nat(999), { minLength: 60, maxLength: 60 })
const seed = fc.nat(1_000_000)

/** Runs carried out below, each a flow, a world and a place where it crashed. */
const wanted = 100_000

test(`${wanted.toLocaleString('en')} runs that are cut off, once at every place, end as the one that is not`, () => {
  let played = 0
  const flows = fc.sample(fc.tuple(numbers, seed), { numRuns: 10_000, seed: 20_261_125 })
  for (const [n, [drawn, luck]] of flows.entries()) {
    if (played >= wanted) break
    // What is repeated ends later than it would have: where it matters who is first, that is another race.
    const how = n % 2 === 0 ? 'crash' : 'lease'
    const index = drawPlan(drawFrom(drawn), { atMostOnce: false, races: false })
    const whole = playModel(index, luck)
    expect(whole.isEndless, `run of ${JSON.stringify([drawn, luck])}`).toBe(false)
    expectDone(whole.state)
    const result = resultOf(whole)
    for (let cut = 1; cut < whole.journal.length; cut++) {
      const again = playModel(index, luck, (events) => events === cut, how)
      played++
      if (JSON.stringify(resultOf(again)) === JSON.stringify(result)) continue
      expect(resultOf(again), `${how} after ${cut} events of ${JSON.stringify([drawn, luck])}`).toEqual(result)
    }
  }
  expect(played).toBeGreaterThanOrEqual(wanted)
}, 600_000)

test('whatever crashes how often: only legal steps, each checkpoint once, joins fire once and in time, one version', () => {
  fc.assert(
    fc.property(numbers, seed, fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 6 }), (drawn, luck, crashes) => {
      const index = drawPlan(drawFrom(drawn), { atMostOnce: true, races: true })
      const { journal, isEndless, state } = playModel(index, luck, (events) => crashes.includes(events))
      expect(isEndless).toBe(false)
      expect(state.end).toBeDefined()
      expect(state.running.size + state.ready.size).toBe(state.end?.status === 'failed' ? state.ready.size : 0)
      expectDone(state)
      judge(index, journal)
    }),
    { numRuns: 3000 },
  )
})

/** What a run has come to, as far as it must not depend on what was cut off: every outcome, unless it failed. */
function resultOf({ state }: Played) {
  const status = state.end?.status
  if (status !== 'succeeded') return { status }
  const steps = state.index.bodyOf(undefined).steps.map(({ id }) => {
    const node = getNode(state, id)
    const items = node.error ? undefined : node.loop?.ends.map((end) => end && (end.error ? 'error' : end.path))
    return [id, node.status, node.handles, node.error !== undefined, items]
  })
  return { status, steps }
}

/** I4, I5: a run that ended well left nothing undecided, and its loops went through all there was. */
function expectDone(state: RunState): void {
  expect(state.end).toBeDefined()
  if (state.end?.status !== 'succeeded') return
  for (const { id } of state.index.bodyOf(undefined).steps)
    expect(['succeeded', 'skipped', 'cancelled'], id).toContain(state.nodes.get(id)?.status)
  for (const { path, status, loop } of state.nodes.values()) {
    expect(['ready', 'running', 'looping', 'waiting', 'retrying'], path).not.toContain(status)
    if (status !== 'succeeded' || !loop || loop.isEnough || loop.total === undefined) continue
    expect(loop.ends.filter((end) => end !== undefined).length, path).toBe(loop.total)
  }
}

/** Goes over a journal with the rules written down a second time, independently of how the engine folds it. */
function judge(index: PlanIndex, journal: readonly JournalEvent[]): void {
  const state = initialState(index)
  const ended = new Map<string, JournalEvent>()
  const begun = new Set<string>()
  for (const event of journal) {
    if ('path' in event) {
      const { path } = event
      expect(index.steps.has(stepIdIn(path)), `I14: ${path} is no step of this version`).toBe(true)
      const isOver = ended.has(path)
      if (event.kind === 'step.looked') expect(isOver, `I4: ${path} is judged after its end`).toBe(false)
      if (event.kind === 'step.started' || event.kind === 'step.waiting') {
        expect(isOver, `I3: ${path} begins again after its checkpoint`).toBe(false)
        if (!begun.has(path)) expectDecided(state, path)
        begun.add(path)
      }
      if (event.kind === 'step.finished') {
        expect(isOver, `I3: ${path} ends twice`).toBe(false)
        if (!begun.has(path)) expectDecided(state, path)
        ended.set(path, event)
      }
    } else if (event.kind === 'run.finished') expect(event.seq, 'I4: nothing comes after the end').toBe(journal.length - 1)
    apply(state, event)
    expectConsistent(state)
  }
}

/** I16: every line into it was decided as its join asks, by what stood in the journal before. */
function expectDecided(state: RunState, path: string): void {
  const node = getNode(state, path)
  const { step, scope } = node
  const sources = step.incoming.map(({ source, handle }) => {
    if (source === 'trigger') return 'taken'
    const before = state.nodes.get(pathIn(scope, source))
    if (before?.status === 'succeeded') return before.handles.includes(handle) ? 'taken' : 'dead'
    return before?.status === 'skipped' || before?.status === 'cancelled' ? 'dead' : 'open'
  })
  const taken = sources.filter((one) => one === 'taken').length
  if (scope.loop && step.incoming.length === 0) {
    expect(scope.loop.loop?.open.get(scope.index) ?? scope, `I16: ${path} runs in an iteration that is under way`).toBe(scope)
    return
  }
  if (step.join === 'all') {
    expect(sources, `I16: ${path} starts before its lines are decided`).not.toContain('open')
    expect(taken).toBeGreaterThan(0)
  } else
    expect(taken, `I16: ${path} starts without what its join asks`).toBeGreaterThanOrEqual(
      step.join === 'any' ? 1 : step.join.atLeast,
    )
}

/** Sets and counters say the same as the steps they are about (I10), and no loop does more at once than it may. */
function expectConsistent(state: RunState): void {
  for (const node of state.nodes.values()) {
    expect(state.running.has(node.path)).toBe(node.status === 'running')
    expect(state.waiting.has(node.path)).toBe(node.status === 'waiting')
    expect(state.ready.has(node.path)).toBe(node.status === 'ready')
    expect(state.looping.has(node.path)).toBe(node.status === 'looping')
    if (!node.loop || node.status !== 'looping') continue
    const atOnce = node.step.params['concurrency']
    expect(node.loop.open.size).toBeLessThanOrEqual(typeof atOnce === 'number' ? atOnce : 1)
    for (const scope of node.loop.open.values()) expect(getScope(state, scope.path)).toBe(scope)
  }
}
