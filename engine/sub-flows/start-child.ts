import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, isAppError } from '#shared/errors.ts'
import { triggerText } from '#shared/trigger-text.ts'
import type { ChildCall } from './child-run.ts'
import { LostRun } from '../worker/committer.ts'
import { isControlled } from '../control/start-control.ts'
import type { DropReason, Start, StartRun } from '../engine-api.ts'
import { failpoint } from '../failpoint.ts'
import type { OwnedRun } from '../run/owned-run.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { FlowDirectory, Log, RunnableFlow } from '../ports.ts'

/** How deep flows may run flows that run flows. */
const deepest = 20
/** How long a flow is asked for while it can't be read, and how often. */
const patienceMs = 600_000
const pauseMs = 500

/** What became of the call. */
export type StartedChild =
  /** `mayBeQuick`: nothing keeps it from beginning at once. */
  { runId: string; mayBeQuick: boolean } | { runId: null; reason: DropReason }

export const dropWords: { [reason in DropReason]: string } = {
  rate_limited: 'it was started as often as it may be',
  singleton: 'only one run of it may go on at a time',
  debounced: 'it was started a moment ago',
  concurrency_limit: 'as many runs of it go on as may be',
  key_failed: 'a key in its settings can’t be worked out',
}

export interface ChildStarter {
  flows: FlowDirectory
  log: Log
  indexOf(planHash: string): Promise<PlanIndex>
  startRun(start: StartRun): Start | Promise<Start>
}

/**
 * Starts the run that a step calls for; its id makes sure that there is only one. A flow that calls itself stays at the
 * caller's version, a draft calls drafts, everything else the live version. Resolves once the run is committed, or has
 * become part of another one or none at all, as the flow's settings have it.
 */
export async function startChild(starter: ChildStarter, run: OwnedRun, call: ChildCall): Promise<StartedChild> {
  const { facts, origin, workspaceId } = run
  const depth = (origin?.depth ?? 0) + 1
  if (depth > deepest)
    throw new AppError(
      'call_limit',
      `Flows run one another ${deepest} deep here, which is the most. Look for a flow that comes back to itself without end.`,
    )
  const flow = call.flowId === facts.flowId ? itself(run) : await findFlow(starter, run, call.flowId)
  const trigger = triggerForCall(flow)
  const { settings } = (await starter.indexOf(flow.planHash)).plan
  if (call.isAwaited && (settings.debounce || settings.batch))
    throw new AppError(
      'invalid_input',
      `The flow "${flow.name}" makes one run of several starts, so nobody can wait for the result of theirs. Run it without waiting.`,
    )
  if (run.isOver) throw new LostRun(run.runId)
  failpoint('child.before-start')
  const started = await starter.startRun({
    workspaceId,
    runId: call.runId,
    flowId: flow.flowId,
    version: flow.version,
    planHash: flow.planHash,
    triggerId: trigger.id,
    trigger: triggerText(trigger.type, call.at, call.input),
    origin: {
      runId: run.runId,
      path: call.path,
      depth,
      ...(call.isAwaited ? { isAwaited: true } : {}),
      ...(origin?.failureFlows ? { failureFlows: origin.failureFlows } : {}),
    },
    ...(run.startedBy === undefined ? {} : { startedBy: run.startedBy }),
    ...(run.vars === undefined ? {} : { vars: run.vars }),
  })
  if (started.runId === null) {
    if (!call.isAwaited) return started
    throw new AppError('flow_failed', `The flow "${flow.name}" did not start: ${dropWords[started.reason]}.`, {
      details: { flowId: flow.flowId, runId: null, reason: started.reason },
    })
  }
  await started.durable
  failpoint('child.after-start')
  return { runId: started.runId, mayBeQuick: !isControlled(settings) }
}

export function triggerForCall({ name, triggers }: RunnableFlow): RunnableFlow['triggers'][number] {
  const trigger = triggers.find(({ type }) => type === 'flowCalled') ?? triggers.find(({ type }) => type === 'manual')
  if (trigger) return trigger
  throw new AppError(
    'invalid_input',
    `The flow "${name}" can’t be run by another one. Give it the start “Run by another flow” and publish it.`,
  )
}

function itself({ facts, index }: OwnedRun): RunnableFlow {
  const { flowId, version, planHash } = facts
  return { flowId, name: flowId, version: version ?? 'draft', planHash, triggers: index.plan.triggers }
}

/** A flow that can't be looked up because the database is away is asked for again. */
async function findFlow({ flows, log }: ChildStarter, run: OwnedRun, flowId: string): Promise<RunnableFlow> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    try {
      return await flows.find(run.workspaceId, flowId, run.facts.version === null ? 'draft' : 'live')
    } catch (error) {
      if (isAppError(error) || run.isOver || performance.now() > giveUpAt) throw error
      log.warn({ err: error, runId: run.runId }, 'A flow to be run could not be looked up; trying again')
      await sleep(pauseMs)
    }
  }
}
