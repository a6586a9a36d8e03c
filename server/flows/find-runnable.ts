import { AppError } from '#shared/errors.ts'
import { findFlow } from '../db/find-flow.ts'
import { findVersion } from '../db/find-version.ts'
import type { PlanTrigger } from '../db/plan-trigger.ts'
import type { Deps } from '../deps.ts'
import { CompileError } from '../http/problem.ts'
import { compiledFrom, compileFlow } from './compile-flow.ts'
import { readDocument } from './parse-document.ts'

export interface Runnable {
  version: number | 'draft'
  planHash: string
  triggers: readonly PlanTrigger[]
  /** Its code imports packages, which can be others the next time it is looked up. */
  hasPackages?: boolean
}

/** What a run is to be started of: a published version (the live one unless another is named), or the draft as it is. */
export async function findRunnable(
  deps: Deps,
  workspaceId: string,
  flowId: string,
  wanted: number | 'draft' | undefined,
): Promise<Runnable> {
  const flow = await findFlow(deps.pool, workspaceId, flowId)
  if (flow === undefined) throw new AppError('not_found', 'There is no such flow.')
  if (wanted === 'draft') {
    const { plan, packages, problems } = await compileFlow(deps, deps.pool, { workspaceId, flowId }, readDocument(flow.document))
    if (plan === undefined) throw new CompileError('The draft can’t be run yet.', problems)
    const planHash = await deps.engine.savePlan(await compiledFrom(deps, workspaceId, plan, packages))
    return { version: 'draft', planHash, triggers: plan.triggers, hasPackages: packages.length > 0 }
  }
  const version = wanted ?? flow.summary.publishedVersion
  if (version === null)
    throw new AppError('invalid_request', 'This flow isn’t published yet. Publish it, or ask for the version "draft".')
  const found = await findVersion(deps.pool, workspaceId, flowId, version)
  if (found === undefined) throw new AppError('not_found', 'There is no such version of this flow.')
  return { version, planHash: found.planHash, triggers: found.triggers }
}

/** The trigger a run starts from: the one that was named, else one made for starting by hand, else the first. */
export function triggerToStart(triggers: readonly PlanTrigger[], wanted: string | undefined): PlanTrigger {
  const byType = (type: string) => triggers.find((trigger) => trigger.type === type)
  const trigger =
    wanted === undefined ? (byType('manual') ?? byType('flowCalled') ?? triggers[0]) : triggers.find(({ id }) => id === wanted)
  if (trigger === undefined)
    throw new AppError('invalid_request', 'This version has no such start.', {
      errors: [{ path: 'trigger', message: 'Not a start of this version' }],
    })
  return trigger
}
