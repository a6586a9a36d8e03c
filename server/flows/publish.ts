import type { PoolClient } from 'pg'
import { type CodeBundle, withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { Flow } from '#shared/flow.ts'
import type { Plan, Problem } from '#shared/plan.ts'
import type { Caller } from '../auth/caller.ts'
import { findFlow } from '../db/find-flow.ts'
import type { PlanTrigger } from '../db/plan-trigger.ts'
import { holdLivePaths } from '../db/hold-live-paths.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { insertVersion } from '../db/insert-version.ts'
import { lockFlow } from '../db/lock-flow.ts'
import { notifyChange } from '../db/notify-change.ts'
import { setLiveVersion } from '../db/set-live-version.ts'
import type { Deps } from '../deps.ts'
import { CompileError } from '../http/problem.ts'
import { compiledFrom, compileFlow, lookAtCode, type CompiledAhead } from './compile-flow.ts'
import { codesOf } from './codes-of.ts'
import { contentHash } from './content-hash.ts'
import { readDocument } from './parse-document.ts'
import { pathsOf } from './paths.ts'
import { syncOwnStarts } from './sync-own-starts.ts'

interface Publication {
  caller: Caller
  flowId: string
  address: string
  comment: string
  action: 'flow.published' | 'flow.rolled_back'
  /** The document to publish, looked up while the flow is locked: its draft, or one of its versions. */
  choose: (client: PoolClient, draft: Flow) => Promise<Flow | PublishedBefore>
}

/** A version that was live before. It holds its code with the packages of its time, whatever became of them. */
interface PublishedBefore {
  document: Flow
  planHash: string
  triggers: readonly PlanTrigger[]
}

export interface Published {
  version: number
  document: Flow
  /** Warnings. */
  problems: Problem[]
}

/**
 * Makes a document the flow's live version: plan, version, paths and audit line stand together or not at all.
 * Throws `does_not_compile` with all problems. The first publish also turns the flow on.
 */
export async function publish(deps: Deps, { caller, flowId, address, comment, action, choose }: Publication): Promise<Published> {
  const ahead = await compileAhead(deps, caller.workspaceId, flowId)
  const published = await withTransaction(deps.pool, async (client) => {
    const flow = await lockFlow(client, caller.workspaceId, flowId)
    if (flow === undefined) throw new AppError('not_found', 'There is no such flow.')
    const chosen = await choose(client, readDocument(flow.document))
    const document = 'planHash' in chosen ? chosen.document : chosen
    const {
      plan,
      packages,
      problems: all,
    } = await compileFlow(deps, client, { workspaceId: caller.workspaceId, flowId }, document)
    const before = 'planHash' in chosen && (packages.length > 0 || all.some(isOfPackage)) ? chosen : undefined
    const problems = before === undefined ? all : all.filter((problem) => !isOfPackage(problem))
    const save = async (made: Plan) =>
      deps.engine.savePlan(await compiledFrom(deps, caller.workspaceId, made, packages, ahead), client)
    const runs = before ?? (plan && { triggers: plan.triggers, planHash: await save(plan) })
    if (runs === undefined || problems.some(({ severity }) => severity === 'error'))
      throw new CompileError('This flow can’t be published yet.', problems)
    const { triggers, planHash } = runs
    const made = await insertVersion(client, {
      flowId,
      document: JSON.stringify(document),
      contentHash: contentHash(document),
      planHash,
      triggers: JSON.stringify(triggers),
      comment,
      publishedBy: caller.actor,
    })
    await setLiveVersion(client, flowId, made)
    // Somebody else may have saved one of these paths since they were looked at.
    const taken = await holdLivePaths(client, flowId, pathsOf(triggers))
    if (taken.length > 0) throw new AppError('path_taken', `Another flow listens on ${taken.join(', ')}. Choose another path.`)
    await syncOwnStarts(deps, client, { workspaceId: caller.workspaceId, flowId })
    await insertAudit(client, {
      action,
      workspaceId: caller.workspaceId,
      actor: caller.actor,
      address,
      target: flowId,
      details: { version: made },
    })
    await notifyChange(client)
    return { version: made, document, problems }
  })
  deps.endpoints.forget()
  if (deps.settings.role !== 'web' && codesOf(published.document).length > 0) warmUp(deps)
  return published
}

function isOfPackage({ package: name }: Problem): boolean {
  return name !== undefined
}

/** The first run of its code needn't wait for a runner to start; that one could not be started is told by that run. */
function warmUp({ code, log }: Deps): void {
  code.warm().catch((error: unknown) => log.warn({ err: error }, 'The sandbox could not be started ahead of the first run'))
}

/**
 * Fetching packages and compiling code can take longer than a transaction may, and others may have to be waited for: what
 * is done already takes no time in it. Code that has problems is told of them there.
 */
async function compileAhead(deps: Deps, workspaceId: string, flowId: string): Promise<CompiledAhead | undefined> {
  const flow = await findFlow(deps.pool, workspaceId, flowId)
  if (flow === undefined) return undefined
  const document = readDocument(flow.document)
  const packages = await lookAtCode(deps, workspaceId, document)
  const bundles = new Map<string, CodeBundle>()
  for (const code of codesOf(document))
    if (deps.code.checkCode(code, packages).length === 0)
      bundles.set(code, await deps.code.compileCode(code, packages, workspaceId))
  return { packages, bundles }
}
