import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexPlan, type PlanIndex } from '../state/plan-index.ts'
import { initialState } from '../state/run-state.ts'
import { apply } from '../state/state.ts'
import { drawFrom, drawPlan } from '../testing/model-plans.ts'
import { playModel } from '../testing/model-world.ts'
import { findObstacles } from './find-obstacles.ts'

const numbers = fc.array(fc.nat(997), { minLength: 60, maxLength: 60 })
const allowed = { atMostOnce: true, races: true }

/** Some journal of a run of this flow, cut off anywhere before its end. */
function journalOf(index: PlanIndex, seed: number, cut: number) {
  const { journal } = playModel(index, seed)
  return journal.slice(0, 1 + (cut % Math.max(1, journal.length - 1)))
}

test('nothing stands in the way of a version that differs in nothing that matters', () => {
  fc.assert(
    fc.property(numbers, fc.nat(997), fc.nat(997), (drawn, seed, cut) => {
      const index = drawPlan(drawFrom(drawn), allowed)
      const renamed = { ...index.plan, steps: index.plan.steps.map((step) => ({ ...step, name: `${step.name} anew` })) }
      expect(findObstacles(index, indexPlan({ plan: renamed, code: {} }), journalOf(index, seed, cut))).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test('a run that may be moved has come as far in the other version, and comes to an end there', () => {
  let moved = 0
  fc.assert(
    fc.property(numbers, numbers, fc.nat(997), fc.nat(997), (drawn, others, seed, cut) => {
      const before = drawPlan(drawFrom(drawn), allowed)
      const at = (others[0] ?? 0) % drawn.length
      const after = drawPlan(drawFrom([...drawn.slice(0, at), ...others.slice(at)]), allowed)
      const journal = journalOf(before, seed, cut)
      if (findObstacles(before, after, journal).length > 0) return
      moved++
      const state = initialState(after)
      for (const event of journal) apply(state, event)
      const was = initialState(before)
      for (const event of journal) apply(was, event)
      for (const node of was.nodes.values())
        if (node.attempt > 0 && node.status !== 'ready') expect(state.nodes.get(node.path)?.status).toBe(node.status)
      const { isEndless, state: end } = playModel(after, seed, undefined, undefined, journal)
      expect(isEndless).toBe(false)
      expect(end.end).toBeDefined()
    }),
    { numRuns: 10_000 },
  )
  expect(moved).toBeGreaterThan(1000)
})
