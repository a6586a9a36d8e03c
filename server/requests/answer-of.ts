import type { Reply, ShownRequest } from '#engine/index.ts'
import { isErrorCode } from '#shared/errors.ts'
import type { RequestAnswer } from '#shared/inbox-request.ts'
import { sliceJson } from '#shared/json-text.ts'
import { findVersion } from '../db/find-version.ts'
import type { Deps } from '../deps.ts'
import { statusOf } from '../http/problem.ts'
import { distrustError, isDistrust } from '../hooks/verify/distrust-error.ts'
import { webhookParams } from '../hooks/webhook-params.ts'

const longestBody = 2000
const accepted = 202

/**
 * What a web request was answered, worked out of what is kept of it and its run; nothing is written for it when one comes
 * in. Undefined for what came another way, and while its sender may still be waiting.
 */
export async function answerOf(
  { engine, pool }: Pick<Deps, 'engine' | 'pool'>,
  workspaceId: string,
  request: ShownRequest,
  now: number,
): Promise<RequestAnswer | undefined> {
  const { id: requestId, state, reason, runId, trigger } = request
  if (state === 'rejected') {
    const code = isDistrust(reason) ? distrustError(reason).code : reason
    return code !== null && isErrorCode(code) ? answered(statusOf(code), null) : undefined
  }
  if (trigger === null || sliceJson(trigger, ['kind']) !== '"webhook"') return undefined
  // What was kept first was answered then, whatever became of it later.
  if (runId === null || request.wasKept) return answered(accepted, null)
  const { items } = await engine.listRuns({ workspaceId, ids: [runId], limit: 1 })
  const [run] = items
  if (run === undefined || run.version === 'draft') return undefined
  const version = await findVersion(pool, workspaceId, request.flowId, run.version)
  const found = version?.triggers.find(({ id }) => id === run.triggerId)
  if (found?.type !== 'webhook') return undefined
  const { respond, respondTimeoutMs } = webhookParams(found.params)
  if (respond === 'immediately') return answered(accepted, JSON.stringify({ runId, requestId }))
  const answer = await engine.findAnswer(workspaceId, runId)
  const afterMs = Math.max(0, Math.round((answer?.at ?? now) - request.receivedAt))
  if (afterMs > respondTimeoutMs) return answered(accepted, JSON.stringify({ runId }), respondTimeoutMs)
  return answer && { ...answerFrom(answer.reply, runId), afterMs }
}

function answerFrom(reply: Reply, runId: string): RequestAnswer {
  if (reply.kind === 'respond') return answered(reply.status, reply.body)
  if (reply.status === 'succeeded') return answered(200, reply.output)
  return answered(500, JSON.stringify({ code: reply.error?.code ?? 'cancelled', runId }))
}

/** A text is shown as it was sent, everything else as it is written. */
function answered(status: number, body: string | null, afterMs: number | null = null): RequestAnswer {
  const isText = body !== null && body.trimStart().startsWith('"')
  const said: string | null = isText ? String(JSON.parse(body)) : body
  return { status, body: said?.slice(0, longestBody) ?? null, isCut: (said?.length ?? 0) > longestBody, afterMs }
}
