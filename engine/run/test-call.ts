import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { PlanStep } from '#shared/plan.ts'
import { triggerText } from '#shared/trigger-text.ts'
import { type ChildEnd, errorOfChild } from '../sub-flows/child-run.ts'
import type { Start, StartRun, StepTestCall } from '../engine-api.ts'
import type { FlowDirectory } from '../ports.ts'
import { dropWords, triggerForCall } from '../sub-flows/start-child.ts'

export interface CallTester {
  flows: FlowDirectory
  now(): number
  startRun(start: StartRun): Start | Promise<Start>
  findEnds(workspaceId: string, runIds: readonly string[]): Promise<Map<string, ChildEnd>>
}

const lookMs = 100

/** Runs the other flow's draft for the test of a step that calls it, and waits for its end as long as an attempt may take. */
export async function testCall(
  { flows, now, startRun, findEnds }: CallTester,
  { workspaceId, signal }: Pick<StepTestCall, 'workspaceId' | 'signal'>,
  step: PlanStep,
  input: JsonText,
): Promise<JsonText> {
  const { flowId, wait } = step.params
  const flow = await flows.find(workspaceId, typeof flowId === 'string' ? flowId : '', 'draft')
  const trigger = triggerForCall(flow)
  const started = await startRun({
    workspaceId,
    flowId: flow.flowId,
    version: flow.version,
    planHash: flow.planHash,
    triggerId: trigger.id,
    trigger: triggerText(trigger.type, now(), input),
  })
  if (started.runId === null)
    throw new AppError('flow_failed', `The flow "${flow.name}" did not start: ${dropWords[started.reason]}.`)
  const { runId } = started
  await started.durable
  if (wait === false) return JSON.stringify({ runId })
  for (const giveUpAt = performance.now() + step.timeoutMs; performance.now() < giveUpAt;) {
    const end = (await findEnds(workspaceId, [runId])).get(runId)
    if (end?.status === 'succeeded') return end.output
    if (end) throw errorOfChild(step.name, runId, end)
    await sleep(lookMs, undefined, { signal })
  }
  throw new AppError(
    'timeout',
    `The flow "${flow.name}" did not end within ${step.timeoutMs} ms. It goes on as ${runId}, and a run of yours would wait for it.`,
  )
}
