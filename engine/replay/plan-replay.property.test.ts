import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAppError } from '#shared/errors.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { stepIdIn } from '../state/run-state.ts'
import { type Draw, drawFrom, drawPlan } from '../testing/model-plans.ts'
import { playModel } from '../testing/model-world.ts'
import { isDecided } from './decided-step.ts'
import { planReplay, type ReplayPlan, type ReplayWish } from './plan-replay.ts'
import { whatRuns } from './what-runs.ts'

const numbers = fc.array(fc.nat(997), { minLength: 60, maxLength: 60 })
const allowed = { atMostOnce: true, races: true }

/** A run of some flow, cut off anywhere, and a replay of it from anywhere in it. */
function drawReplay(draw: Draw) {
  const index = drawPlan(draw, allowed)
  const whole = playModel(index, draw(997)).journal
  const events = whole.slice(0, 1 + draw(whole.length))
  const paths = [...new Set(events.flatMap((event) => ('path' in event ? [event.path] : [])))]
  const from = new Set<string>()
  for (let n = draw(3); n > 0 && paths.length > 0; n--) from.add(paths[draw(paths.length)] ?? '')
  const given = paths[draw(3 * paths.length + 1)]
  const outputs = new Map(given !== undefined && !from.has(given) && isPlain(index, given) ? [[given, '"given"']] : [])
  const plan = planWithOutputs({ from: [...from], outputs, fromStart: false })
  function planWithOutputs(wish: ReplayWish): ReplayPlan {
    try {
      return planReplay({ runId: 'run_1', index, events }, index, wish, 5000)
    } catch (error) {
      // What runs again can't be given.
      if (!isAppError(error)) throw error
      return planReplay({ runId: 'run_1', index, events }, index, { ...wish, outputs: new Map() }, 5000)
    }
  }
  return { index, events, from, given, plan, seed: draw(997) }
}

/** Whether any output will do for a step: it has one exit. */
function isPlain(index: PlanIndex, path: string): boolean {
  return ['test.act', 'forEach', 'repeat', 'callFlow'].includes(index.steps.get(stepIdIn(path))?.type ?? '')
}

function journalOf(events: readonly JournalEvent[], plan: ReplayPlan): JournalEvent[] {
  return [...events.slice(0, 1), ...plan.events.map(({ event }) => event)]
}

test('a replay begins with a run that could have come about, and comes to an end like one', () => {
  fc.assert(
    fc.property(numbers, (drawn) => {
      const { index, events, plan, seed } = drawReplay(drawFrom(drawn))
      expect(plan.missing).toEqual([])
      expect(plan.state.failures.size).toBe(0)
      expect(plan.state.end).toBeUndefined()
      expect(plan.state.running.size).toBe(0)
      const { state, isEndless } = playModel(index, seed, undefined, undefined, journalOf(events, plan))
      expect(isEndless).toBe(false)
      expect(state.end).toBeDefined()
    }),
    { numRuns: 10_000 },
  )
})

/** Rounds of a loop that has had enough are gone through again, and one of them may be enough once more. */
const roundsThatMayBeEnough = [
  556, 657, 0, 69, 0, 711, 0, 0, 446, 0, 0, 0, 0, 0, 327, 790, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 683, 802, 784, 199, 0, 0, 0, 0, 0,
  130, 419, 272, 278, 366, 137, 4, 2, 0, 10, 55, 0, 481, 199, 0, 0, 0, 0, 683, 0, 0, 0, 0, 0,
]

/** An output is given to a step that another one, in the same round, was faster than. */
const givenWhereItIsNeedless = [
  3, 397, 9, 0, 0, 0, 0, 235, 0, 1, 1, 0, 744, 65, 0, 197, 0, 0, 0, 0, 0, 273, 452, 0, 159, 0, 734, 0, 0, 0, 199, 205, 520, 445,
  0, 0, 0, 0, 0, 352, 101, 295, 0, 0, 0, 0, 0, 0, 363, 851, 0, 0, 734, 793, 0, 0, 0, 177, 554, 839,
]

const givenDeeperInside = [
  464, 506, 8, 4, 0, 0, 0, 0, 0, 0, 949, 874, 0, 2, 0, 0, 0, 0, 0, 70, 764, 0, 38, 0, 0, 0, 10, 376, 354, 0, 38, 0, 0, 0, 757, 0,
  400, 0, 0, 0, 0, 0, 0, 0, 64, 897, 0, 187, 356, 0, 0, 0, 0, 0, 0, 0, 329, 0, 0, 64,
]

test('nothing that is kept is executed again, all else that is executed was foretold, and what was foretold for sure is', () => {
  fc.assert(
    fc.property(numbers, (drawn) => {
      const { index, events, plan, seed } = drawReplay(drawFrom(drawn))
      const foretold = whatRuns(plan.state)
      const journal = journalOf(events, plan)
      const played = playModel(index, seed, undefined, undefined, journal)
      const executed = new Set<string>()
      let hasFailed = false
      for (const event of played.journal.slice(journal.length)) {
        if (!('path' in event)) continue
        if (event.kind === 'step.failed') hasFailed = true
        executed.add(event.path)
        const node = plan.state.nodes.get(event.path)
        if (node && isDecided(node, plan.state.failures)) throw new Error(`${event.path} was kept and ran again`)
      }
      const names = new Set(foretold.map(({ path }) => path))
      for (const path of executed) {
        if (!names.has(path) && !names.has(path.replaceAll(/\[\d+\]/g, '[*]')) && !isUnderUncounted(names, path))
          throw new Error(`${path} ran and was not foretold`)
      }
      if (hasFailed || played.state.end?.status !== 'succeeded') return
      for (const { path, maybe } of foretold)
        if (!maybe && !executed.has(path)) throw new Error(`${path} was foretold and did not run`)
    }),
    { numRuns: 10_000, examples: [[roundsThatMayBeEnough], [givenWhereItIsNeedless], [givenDeeperInside]] },
  )
})

/** A loop that somebody gave an output in place of its items, where the other version was about to look at one of them. */
const loopGivenInTheMiddle: [number[], number[]] = [
  [
    623, 0, 0, 0, 0, 0, 0, 723, 256, 347, 217, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 564, 0, 85, 0, 0, 0, 0,
    543, 908, 118, 676, 426, 0, 0, 0, 0, 0, 110, 0, 0, 247, 0, 0, 0, 0, 1, 0, 77, 0,
  ],
  [864, ...Array.from({ length: 26 }, () => 0), 317, 388, ...Array.from({ length: 31 }, () => 0)],
]

test('a replay on any other version begins with a run that version could have, and comes to an end', () => {
  fc.assert(
    fc.property(numbers, numbers, (drawn, others) => {
      const draw = drawFrom(drawn)
      const index = drawPlan(draw, allowed)
      const whole = playModel(index, draw(997)).journal
      const events = whole.slice(0, 1 + draw(whole.length))
      const paths = [...new Set(events.flatMap((event) => ('path' in event ? [event.path] : [])))]
      const from = paths[draw(2 * paths.length + 1)]
      // Half of the versions are near: the same flow but for some steps.
      const after = draw(2) === 0 ? drawPlan(drawFrom(others), allowed) : drawPlan(drawFrom(changed(drawn, others)), allowed)
      const wish: ReplayWish = { from: from === undefined ? [] : [from], outputs: new Map(), fromStart: false }
      const plan = planReplay({ runId: 'run_1', index, events }, after, wish, 5000)
      expect(plan.state.failures.size).toBe(0)
      expect(plan.state.running.size).toBe(0)
      const { state, isEndless } = playModel(after, draw(997), undefined, undefined, journalOf(events, plan))
      expect(isEndless).toBe(false)
      expect(state.end).toBeDefined()
    }),
    { numRuns: 10_000, examples: [loopGivenInTheMiddle] },
  )
})

/** The same numbers to begin with, then others. */
function changed(drawn: readonly number[], others: readonly number[]): number[] {
  const at = (others[0] ?? 0) % drawn.length
  return [...drawn.slice(0, at), ...others.slice(at)]
}

test('what is replayed is what was named and what follows; everything else that was decided is kept', () => {
  fc.assert(
    fc.property(numbers, (drawn) => {
      const { index, events, from, given, plan } = drawReplay(drawFrom(drawn))
      const all = planReplay({ runId: 'run_1', index, events }, index, { from: [], outputs: new Map(), fromStart: false }, 5000)
      for (const path of from) {
        const node = plan.state.nodes.get(path)
        expect(node === undefined || !isDecided(node, plan.state.failures) || node.status === 'skipped').toBe(true)
      }
      const keptBefore = [...all.state.nodes.values()].filter((node) => isDecided(node, all.state.failures))
      for (const node of keptBefore) {
        const now = plan.state.nodes.get(node.path)
        if (given === undefined && now && isDecided(now, plan.state.failures)) expect(now.handles).toEqual(node.handles)
      }
    }),
    { numRuns: 10_000 },
  )
})

/** Of `each[*]/inner[*]/x` the outer rounds may be counted: any round of any loop may stand for itself or for `*`. */
function isUnderUncounted(names: ReadonlySet<string>, path: string): boolean {
  const parts = path.split(/(\[\d+\])/)
  const loops = parts.filter((part) => part.startsWith('[')).length
  for (let mask = 1; mask < 1 << loops; mask++) {
    let at = 0
    const name = parts.map((part) => (part.startsWith('[') && (mask >> at++) & 1 ? '[*]' : part)).join('')
    if (names.has(name)) return true
  }
  return false
}
