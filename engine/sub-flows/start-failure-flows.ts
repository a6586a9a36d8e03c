import { createHash } from 'node:crypto'
import { isAppError } from '#shared/errors.ts'
import { idFrom } from '#shared/ids.ts'
import { triggerText } from '#shared/trigger-text.ts'
import type { StoredOutboxRow } from '../db/outbox-row.ts'
import type { Start, StartRun } from '../engine-api.ts'
import type { FlowDirectory, Log, RunnableFlow } from '../ports.ts'
import type { Failure } from './tell-of-end.ts'

export interface FailureStarter {
  flows: FlowDirectory
  log: Log
  startRun(start: StartRun): Start | Promise<Start>
}

/**
 * Starts what deals with a failed run: flows that listen for failures, and the one the flow's settings name. The ids of
 * their runs follow from the failure, so it is once for each, however often this is repeated; a run that is retried and
 * fails again has failed anew. A flow whose run led to this failure is not started again.
 */
export async function startFailureFlows(starter: FailureStarter, row: StoredOutboxRow): Promise<void> {
  const { workspaceId, runId } = row
  const failure: Failure = JSON.parse(row.body ?? '{}')
  const { flowId, at, error, origin } = failure
  const before = origin?.failureFlows ?? []
  const listening = await starter.flows.findFailureFlows(workspaceId, flowId)
  const named = await findNamed(starter, workspaceId, failure)
  const starts = listening.flatMap((flow) => flow.triggers.filter(listensTo(flowId)).map((trigger) => ({ flow, trigger })))
  const trigger = named && triggerForFailure(named)
  if (trigger && !starts.some((one) => one.flow.flowId === named.flowId && one.trigger.id === trigger.id))
    starts.push({ flow: named, trigger })
  for (const { flow, trigger } of starts) {
    if (before.includes(flow.flowId)) continue
    const started = await starter.startRun({
      workspaceId,
      runId: idOfFollower(row, at, flow.flowId, trigger.id),
      flowId: flow.flowId,
      version: flow.version,
      planHash: flow.planHash,
      triggerId: trigger.id,
      trigger: triggerText(trigger.type, at, JSON.stringify({ flowId, runId, error })),
      origin: { runId, depth: 0, failureFlows: [...before, flow.flowId] },
    })
    if (started.runId !== null) await started.durable
  }
}

/** The flow that the failed one's settings name, if it can run: it may have been switched off since. */
async function findNamed(
  { flows, log }: FailureStarter,
  workspaceId: string,
  { flowId, onFailure }: Failure,
): Promise<RunnableFlow | undefined> {
  if (onFailure === undefined) return undefined
  try {
    return await flows.find(workspaceId, onFailure, 'live')
  } catch (error) {
    if (!isAppError(error)) throw error
    log.warn({ flowId, onFailure, reason: error.message }, 'The flow that is to run on a failure can’t be run')
    return undefined
  }
}

/** Whether a trigger waits for failures of this flow: it names none, or this one too. */
function listensTo(flowId: string): (trigger: RunnableFlow['triggers'][number]) => boolean {
  return ({ type, params: { flowIds } }) =>
    type === 'flowFailed' && (!Array.isArray(flowIds) || flowIds.length === 0 || flowIds.includes(flowId))
}

const preferred = ['flowFailed', 'flowCalled', 'manual']

function triggerForFailure({ triggers }: RunnableFlow): RunnableFlow['triggers'][number] | undefined {
  return preferred.flatMap((type) => triggers.filter((trigger) => trigger.type === type))[0]
}

function idOfFollower({ runId, seq }: StoredOutboxRow, at: number, flowId: string, triggerId: string): string {
  return idFrom(
    'run',
    at,
    createHash('sha256')
      .update(JSON.stringify([runId, seq, flowId, triggerId]))
      .digest(),
  )
}
