import { AppError } from '#shared/errors.ts'
import type { Database } from '../db/database.ts'
import { findPlan } from '../db/plans.ts'
import type { Compiled } from '../engine-api.ts'
import { indexPlan, type PlanIndex } from '../state/plan-index.ts'

/** Plans of versions, read once and kept ready while they are used. */
export interface PlanShelf {
  /** The plan, when it is at hand. */
  find(hash: string): PlanIndex | undefined
  indexOf(hash: string): Promise<PlanIndex>
  add(hash: string, compiled: Compiled): void
}

/** Versions kept ready in memory. */
const mostPlans = 500

export function createPlanShelf(database: Database): PlanShelf {
  const plans = new Map<string, PlanIndex>()

  function keep(hash: string, index: PlanIndex): PlanIndex {
    plans.delete(hash)
    plans.set(hash, index)
    const [oldest] = plans.keys()
    if (plans.size > mostPlans && oldest !== undefined) plans.delete(oldest)
    return index
  }

  return {
    find: (hash) => plans.get(hash),
    async indexOf(hash) {
      const known = plans.get(hash)
      if (known) return known
      const compiled = await findPlan((text, values) => database.read(text, values), hash)
      if (!compiled) throw new AppError('internal', `There is no plan ${hash}`)
      return keep(hash, indexPlan(compiled))
    },
    add(hash, compiled) {
      if (!plans.has(hash)) keep(hash, indexPlan(compiled))
    },
  }
}
