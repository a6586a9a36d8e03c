import type { IncomingMessage, ServerResponse } from 'node:http'
import type { InboxRequest, Reply, StartedRun } from '#engine/index.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { PassingMap } from '#shared/passing-map.ts'
import type { JsonText } from '#shared/json.ts'
import { triggerText } from '#shared/trigger-text.ts'
import { putRequestSample } from '../db/put-request-sample.ts'
import type { Deps } from '../deps.ts'
import { clientAddress } from '../http/client-address.ts'
import { startWithFiles } from '../files/start-with-files.ts'
import { endTurnOnce } from '../http/read-body.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Endpoint, LiveEndpoint } from './endpoint-directory.ts'
import { pathPattern } from '../flows/paths.ts'
import { createAddressLimit } from '../http/address-limit.ts'
import type { StrangerLimits } from '../http/stranger-limits.ts'
import { bodyOf, fieldsOf, visibleHeaders, type RequestBody } from './request-data.ts'
import { allowPages, answerPreflight, isPreflight } from './cors.ts'
import { sendReply } from './send-reply.ts'
import type { WebhookDoor } from './webhook-door.ts'
import { distrustError } from './verify/distrust-error.ts'
import type { Distrust, SignedRequest } from './verify/verdict.ts'

/** Unreadable requests are kept to be looked at, this many a minute of one address. */
const rejectedPerMinute = 30
const keptOfUnreadable = 64 * 1024

/** `ANY /hooks/:path`: starts a run of the flow that listens there, or keeps the request while the flow is not live. */
export function webhookHandler(deps: Deps, limits: StrangerLimits) {
  const mayKeepRejected = createAddressLimit(rejectedPerMinute)
  /** Callers who wait for an answer. One listener for all: those that come and go would keep what they know of in memory. */
  const held = new PassingMap<AbortController, () => void>()
  deps.stopping.addEventListener('abort', () => {
    for (const giveUp of held.values()) giveUp()
  })

  return async (req: IncomingMessage, res: ServerResponse, path: string): Promise<void> => {
    const found = pathPattern.test(path) ? findFor(req, path) : undefined
    const endpoint = found instanceof Promise ? await found : found
    if (endpoint === undefined || endpoint.kind !== 'webhook') {
      limits.countRefused(req)
      throw new AppError('not_found', 'Nothing listens at this address.')
    }
    const { door } = endpoint
    const { methods } = door
    if (door.answersPreflights && isPreflight(req)) return answerPreflight(req, res, door)
    if (door.cors) allowPages(req, res, door.cors)
    if (!methods.includes(req.method ?? '')) {
      res.setHeader('Allow', methods.join(', '))
      throw new AppError('method_not_allowed', `This address takes ${methods.join(', ')}.`)
    }

    const announced: InboxRequest = {
      id: requestIdOf(res),
      method: req.method ?? '',
      path,
      remote: clientAddress(req, deps.settings.trustedProxies),
      sizeBytes: Number(req.headers['content-length'] ?? 0),
    }
    // Who can't be believed whatever comes is not listened to any longer.
    const early = await endpoint.verifier?.(signedRequest(req, undefined))
    if (early?.isTrusted === false) return refuse(req, endpoint, announced, early.reason)
    const bytes = await deps.readBody(req, res)
    const request: InboxRequest = { ...announced, sizeBytes: bytes.length }
    const verdict = early?.isTrusted === true ? early : await endpoint.verifier?.(signedRequest(req, bytes))
    if (verdict && !verdict.isTrusted) return refuse(req, endpoint, request, verdict.reason ?? 'signature_wrong')
    if (verdict?.answer) {
      res.statusCode = verdict.answer.status
      res.setHeader('Content-Type', verdict.answer.type)
      res.end(verdict.answer.body)
      return
    }
    // Whoever is verified, strangers can't use up what is theirs.
    limits.countForFlow(req, endpoint.flowId)
    const now = new Date()
    if (endpoint.state === 'live') assertKeyLength(req)
    const { parsesXml, sentSecret } = door
    const { maxBodyBytes, maxJsonDepth: maxDepth } = deps.settings
    const options = { maxBodyBytes, maxDepth, keepsFiles: true, parsesXml, sentSecret }
    const { trigger, toKeep } = await readRequest(req, request, bytes, now, options).catch(async (error: unknown) => {
      limits.countRefused(req)
      if (isAppError(error) && mayKeepRejected(request.remote)) await keepRejected(endpoint, request, bytes, error.code)
      throw error
    })
    const taken = () => take(req, res, endpoint, request, trigger, now)
    const { workspaceId, flowId } = endpoint
    if (toKeep === undefined) await taken()
    else await startWithFiles(deps, { workspaceId, flowId, requestId: request.id }, toKeep, taken)
  }

  /** What becomes of a request that can be read: a run, or a place in the inbox. Answers it once that is durable. */
  async function take(
    req: IncomingMessage,
    res: ServerResponse,
    endpoint: Endpoint,
    request: InboxRequest,
    trigger: JsonText,
    now: Date,
  ): Promise<{ isRepeat?: boolean }> {
    if (endpoint.state !== 'live') {
      const { workspaceId, flowId } = endpoint
      await deps.keepForLater({ ...request, workspaceId, flowId, trigger }, endpoint.state)
      if (endpoint.state === 'draft')
        await putRequestSample(deps.pool, { flowId: endpoint.flowId, stepId: endpoint.nodeId, value: trigger })
      sendJson(res, 202, { requestId: request.id })
      return {}
    }
    const reason = endpoint.rules.reasonNotToStart(trigger, now)
    if (reason !== undefined) {
      await deps.engine.keepRequest({
        ...request,
        workspaceId: endpoint.workspaceId,
        flowId: endpoint.flowId,
        trigger,
        state: 'kept',
        reason,
      })
      sendJson(res, 202, { runId: null, requestId: request.id, reason })
      return {}
    }
    return startRun(req, res, endpoint, request, trigger)
  }

  async function refuse(req: IncomingMessage, endpoint: Endpoint, request: InboxRequest, reason: Distrust): Promise<never> {
    limits.countRefused(req)
    if (mayKeepRejected(request.remote)) await keepRejected(endpoint, request, null, reason)
    throw distrustError(reason)
  }

  function signedRequest(req: IncomingMessage, bytes: Buffer | undefined): SignedRequest {
    return { method: req.method ?? '', url: deps.settings.hooksUrl + (req.url ?? ''), headers: req.headers, bytes }
  }

  function findFor(req: IncomingMessage, path: string) {
    if (!deps.endpoints.isKnown(path)) limits.assertMayGuess(req)
    return deps.endpoints.find(path)
  }

  async function startRun(
    req: IncomingMessage,
    res: ServerResponse,
    endpoint: LiveEndpoint,
    request: InboxRequest,
    trigger: JsonText,
  ): Promise<{ isRepeat?: boolean }> {
    const { workspaceId, flowId, rules } = endpoint
    const sameKey = rules.keyOf(request.path, trigger, new Date())
    const starting = deps.engine.startRun({
      workspaceId,
      flowId,
      version: endpoint.version,
      planHash: endpoint.planHash,
      triggerId: endpoint.trigger.id,
      trigger,
      request,
      isAwaited: rules.respond !== 'immediately',
      ...(sameKey === undefined ? {} : { idempotencyKey: sameKey, keyForMs: rules.keyForMs }),
    })
    const started = starting instanceof Promise ? await starting : starting
    if (started.runId === null) {
      sendJson(res, 202, { runId: null, requestId: request.id, reason: started.reason })
      return {}
    }
    const { isRepeat } = started
    if (rules.respond === 'immediately') {
      await started.durable
      // One that came before is in the inbox once, as the first.
      const first = isRepeat ? await deps.engine.findRequestOf(workspaceId, started.runId) : undefined
      sendJson(res, 202, { runId: started.runId, requestId: first ?? request.id })
      return { isRepeat }
    }
    endTurnOnce(req, () => started.durable)
    const reply = await replyInTime(res, started, workspaceId, rules.respondTimeoutMs)
    if (res.destroyed) return { isRepeat }
    if (reply === undefined) {
      await started.durable
      sendJson(res, 202, { runId: started.runId })
    } else
      await sendReply(deps, res, reply, {
        workspaceId,
        runId: started.runId,
        requestId: request.id,
        pagesAreSaid: endpoint.door.cors !== undefined,
      })
    return { isRepeat }
  }

  /** The run's answer; undefined when the caller has been held long enough, went away, or this process ends. */
  async function replyInTime(
    res: ServerResponse,
    started: StartedRun,
    workspaceId: string,
    timeoutMs: number,
  ): Promise<Reply | undefined> {
    const waiting = new AbortController()
    const timer = setTimeout(() => waiting.abort(), timeoutMs)
    const giveUp = () => waiting.abort()
    res.once('close', giveUp)
    held.set(waiting, giveUp)
    const given = new Promise<undefined>((resolve) =>
      waiting.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
    )
    // A repeated delivery gets the answer of the run that the first one started.
    const reply = started.created ? started.reply : deps.engine.awaitReply(workspaceId, started.runId, waiting.signal)
    try {
      return await Promise.race([reply, given])
    } finally {
      // Once nobody waits any more, a failure of the waiting itself has nobody to be told to.
      reply.catch(() => undefined)
      clearTimeout(timer)
      res.off('close', giveUp)
      held.delete(waiting)
    }
  }

  /** Of one that nobody vouches for the body is not kept. */
  async function keepRejected(endpoint: Endpoint, request: InboxRequest, bytes: Buffer | null, reason: string): Promise<void> {
    await deps.engine.keepRequest({
      ...request,
      workspaceId: endpoint.workspaceId,
      flowId: endpoint.flowId,
      trigger: bytes && JSON.stringify(bytes.subarray(0, keptOfUnreadable).toString('utf8')),
      state: 'rejected',
      reason,
    })
  }
}

/** What a flow is given of a request, and the files it comes with. Throws for what can't be read. */
async function readRequest(
  req: IncomingMessage,
  request: InboxRequest,
  bytes: Buffer,
  at: Date,
  options: Parameters<typeof bodyOf>[2] & Pick<WebhookDoor, 'sentSecret'>,
): Promise<{ trigger: JsonText; toKeep: RequestBody['toKeep'] }> {
  const { body, files, xml, toKeep } = await bodyOf(req, bytes, options)
  const question = req.url?.indexOf('?') ?? -1
  const query = question < 0 ? {} : fieldsOf(new URLSearchParams(req.url?.slice(question + 1)))
  const trigger = triggerText('webhook', at.getTime(), body, {
    method: req.method,
    path: request.path,
    headers: visibleHeaders(req, options.sentSecret),
    query,
    clientAddress: request.remote,
    ...(xml === undefined ? {} : { xml }),
    ...(files === undefined ? {} : { files }),
  })
  return { trigger, toKeep }
}

/** Keys are the caller's; only their length is ours to bound. */
function assertKeyLength({ headers }: IncomingMessage): void {
  if (String(headers['idempotency-key'] ?? '').length <= 200) return
  throw new AppError('invalid_request', 'The Idempotency-Key is longer than 200 characters.', {
    errors: [{ path: 'Idempotency-Key', message: 'At most 200 characters' }],
  })
}

function sendJson(res: ServerResponse, status: number, body: object): void {
  res.statusCode = status
  res.setHeader('Content-Type', 'application/json')
  res.end(JSON.stringify(body))
}
