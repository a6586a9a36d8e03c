import { AppError } from '#shared/errors.ts'
import { type ShownRequest, withTransaction } from '#engine/index.ts'
import type { ValueDifference } from '#shared/compare-values.ts'
import type { RequestDrain } from '#shared/inbox-request.ts'
import { hasOwnAddress } from '#shared/own-address.ts'
import { allows } from '../auth/authorize.ts'
import type { Caller } from '../auth/caller.ts'
import type { PlanTrigger } from '../db/plan-trigger.ts'
import { findDrain, finishDrain, putDrain, putDrainTotal } from '../db/request-drains.ts'
import { findFlow } from '../db/find-flow.ts'
import { findEndpoint } from '../db/find-endpoint.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { listSentRuns } from '../db/list-sent-runs.ts'
import { lockKept } from '../db/lock-kept.ts'
import { putSample } from '../db/put-sample.ts'
import type { Deps } from '../deps.ts'
import { findRunnable } from '../flows/find-runnable.ts'
import { readDocument } from '../flows/parse-document.ts'
import { answerOf } from '../requests/answer-of.ts'
import { compareAside } from '../requests/compare-aside.ts'
import { describeRequests } from '../requests/describe-requests.ts'
import { requestIdOf } from '../http/request-id.ts'
import { ExactJson, type Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'
import { sampleText } from './samples.ts'
import { idCursor } from '../id-cursor.ts'

type RequestRoutes = 'listRequests' | 'getRequest' | 'sendRequest' | 'sampleRequest' | 'getDrain' | 'startDrain' | 'stopDrain'

/** So many of the requests before one tell what is usual. */
const usualOf = 30

/** The requests inbox of a flow: looking, comparing, and sending through again, one or all that is kept. */
export function requestHandlers(deps: Deps): Pick<Handlers, RequestRoutes> {
  const { engine, pool } = deps

  async function requireFlow(workspaceId: string, id: string) {
    const flow = await findFlow(pool, workspaceId, id)
    if (flow === undefined) throw noSuchFlow()
    return flow
  }

  async function getOne(workspaceId: string, flowId: string, id: string): Promise<ShownRequest> {
    const [request] = await engine.findRequests(workspaceId, flowId, [id])
    if (request === undefined) throw new AppError('not_found', 'There is no such request.')
    return request
  }

  /** Those before a request, by which it is seen whether it is like them. */
  async function before(workspaceId: string, flowId: string, id: string): Promise<ShownRequest[]> {
    const { items } = await engine.listRequests({ workspaceId, flowId, cursor: id, limit: usualOf })
    return items
  }

  async function whole(workspaceId: string, request: ShownRequest): Promise<string> {
    const [item] = describeRequests([request], await before(workspaceId, request.flowId, request.id))
    return `${JSON.stringify(item).slice(0, -1)},"trigger":${request.trigger ?? 'null'}}`
  }

  /** Whoever may see only what is their own sees the sending they asked for, and nothing of what is kept besides. */
  async function drainFor(caller: Caller, flowId: string): Promise<RequestDrain> {
    const { workspaceId } = caller
    const { summary } = await requireFlow(workspaceId, flowId)
    const [found, counts] = await Promise.all([findDrain(pool, flowId), engine.countKept(workspaceId, flowId)])
    const seesAll = allows('runs.read', caller)
    const drain = seesAll || found?.askedBy === caller.actor ? found : undefined
    const isOn = summary.enabled && !summary.paused && summary.publishedVersion !== null
    return {
      status: drain === undefined ? 'none' : drain.finishedAt !== null ? 'finished' : isOn ? 'running' : 'waiting',
      ratePerSecond: drain?.ratePerSecond ?? null,
      total: drain?.total ?? 0,
      left: drain?.finishedAt === null ? counts.toSend : 0,
      kept: seesAll ? counts.kept : 0,
      askedAt: drain?.askedAt.toISOString() ?? null,
      finishedAt: drain?.finishedAt?.toISOString() ?? null,
    }
  }

  return {
    async listRequests({ caller: { workspaceId }, grant, params, query }) {
      await requireFlow(workspaceId, params.id)
      // Nobody's own: a request comes from outside.
      if (grant === 'own') return { items: [], nextCursor: null }
      if (query.ids !== undefined) return compare(workspaceId, params.id, query.ids)
      const cursor = idCursor(query.cursor, 'request')
      const { items, nextCursor } = await engine.listRequests({
        workspaceId,
        flowId: params.id,
        limit: query.limit,
        ...(query.state === undefined ? {} : { state: query.state }),
        ...(query.q === undefined ? {} : { q: query.q }),
        ...(query.from === undefined ? {} : { from: query.from }),
        ...(query.to === undefined ? {} : { to: query.to }),
        ...(cursor === undefined ? {} : { cursor }),
      })
      const last = items.at(-1)
      const earlier = last === undefined ? [] : await before(workspaceId, params.id, last.id)
      return { items: describeRequests(items, [...items, ...earlier]), nextCursor }
    },

    async getRequest({ caller: { workspaceId }, grant, params }) {
      await requireFlow(workspaceId, params.id)
      if (grant === 'own') throw new AppError('not_found', 'There is no such request.')
      const request = await getOne(workspaceId, params.id, params.request)
      const [text, answer, sent] = await Promise.all([
        whole(workspaceId, request),
        answerOf(deps, workspaceId, request, Date.now()),
        listSentRuns(pool, workspaceId, request.id),
      ])
      return new ExactJson(`${text.slice(0, -1)},"answer":${JSON.stringify(answer ?? null)},"sent":${JSON.stringify(sent)}}`)
    },

    async sendRequest({ caller, params, body, res, address, setStatus }) {
      const { workspaceId, actor } = caller
      await requireFlow(workspaceId, params.id)
      const request = await getOne(workspaceId, params.id, params.request)
      if (request.trigger === null || request.state === 'rejected')
        throw new AppError(
          'invalid_request',
          'This request was rejected, and is not sent through. Have its sender send it again.',
        )
      const runnable = await findRunnable(deps, workspaceId, params.id, body.to === 'draft' ? 'draft' : undefined)
      const trigger = await startOf(runnable.triggers, request.path)
      const isFirst = body.to === 'live' && request.state === 'kept'
      const { id, method, path, remote, sizeBytes } = request
      const details = { to: body.to, flowId: params.id }
      const started = await engine
        .startRunWith(
          {
            workspaceId,
            flowId: params.id,
            version: runnable.version,
            planHash: runnable.planHash,
            triggerId: trigger.id,
            trigger: request.trigger,
            startedBy: actor,
            // One that is kept becomes this run's; of one that has a run there is another run, and the request stays its.
            ...(isFirst
              ? { request: { id, method, path, remote, sizeBytes, isKept: true as const } }
              : { inbox: { id: requestIdOf(res), method, path, remote, sizeBytes } }),
          },
          (client, { runId }) =>
            insertAudit(client, {
              action: 'request.sent',
              workspaceId,
              actor,
              address,
              target: id,
              details: runId === null ? details : { ...details, runId },
            }),
        )
        .catch(async (error: unknown) => {
          // Sent through by somebody else at the same moment: then it has its run.
          if (isFirst && (await getOne(workspaceId, params.id, id)).state === 'started')
            throw new AppError('already_settled', 'This request was sent through just now. Send it again for another run.')
          throw error
        })
      if (started.runId === null) {
        setStatus(202)
        return { runId: null, reason: started.reason }
      }
      const run = await engine.getRunText(workspaceId, started.runId, { approvalLinks: true })
      if (run === undefined) throw new AppError('not_found', 'There is no such run.')
      return new ExactJson(run)
    },

    async sampleRequest({ caller, params, body, address }) {
      const { workspaceId, actor } = caller
      const flow = await requireFlow(workspaceId, params.id)
      const request = await getOne(workspaceId, params.id, params.request)
      if (request.trigger === null || request.state === 'rejected')
        throw new AppError('invalid_request', 'Nothing readable of this request was kept.')
      const isFrom = ({ type, id }: { type: string; id: string }) => request.path === `${type}/${id}`
      const starts = readDocument(flow.document).nodes.filter((node) => hasOwnAddress(node.type) || isFrom(node))
      const step =
        body.stepId === undefined
          ? (starts.find((node) => isFrom(node) || node.params['path'] === request.path) ?? starts[0])
          : starts.find((node) => node.id === body.stepId)
      if (step === undefined) throw new AppError('invalid_request', 'The flow has no start step that takes requests.')
      const sample = { flowId: params.id, stepId: step.id, source: 'request' as const, value: request.trigger }
      const kept = await withTransaction(pool, async (client) => {
        await insertAudit(client, {
          action: 'request.used_as_sample',
          workspaceId,
          actor,
          address,
          target: request.id,
          details: { flowId: params.id, stepId: step.id },
        })
        return putSample(client, sample)
      })
      return new ExactJson(sampleText(kept))
    },

    async getDrain({ caller, params }) {
      return drainFor(caller, params.id)
    },

    async startDrain({ caller, params, body, address }) {
      const { workspaceId, actor } = caller
      const { summary } = await requireFlow(workspaceId, params.id)
      if (summary.publishedVersion === null)
        throw new AppError('invalid_request', 'This flow isn’t published yet. Publish it, then send its requests through.')
      await withTransaction(pool, async (client) => {
        // Whoever is sending some through has ended when we have this: it finishes nothing that begins here.
        await lockKept(client, params.id)
        await insertAudit(client, {
          action: 'requests.drained',
          workspaceId,
          actor,
          address,
          target: params.id,
          details: { ratePerSecond: body.ratePerSecond },
        })
        await putDrain(client, { flowId: params.id, ratePerSecond: body.ratePerSecond, by: actor })
        await engine.markRequests(workspaceId, params.id, client)
        const { toSend } = await engine.countKept(workspaceId, params.id, client)
        await putDrainTotal(client, params.id, toSend)
        if (toSend === 0) await finishDrain(client, params.id)
      })
      deps.kept.soon()
      return drainFor(caller, params.id)
    },

    async stopDrain({ caller, params, address }) {
      const { workspaceId, actor } = caller
      await requireFlow(workspaceId, params.id)
      await withTransaction(pool, async (client) => {
        // Once it is answered that it has stopped, nothing more goes.
        await lockKept(client, params.id)
        await insertAudit(client, { action: 'requests.drain_stopped', workspaceId, actor, address, target: params.id })
        await engine.unmarkRequests(workspaceId, params.id, client)
        await finishDrain(client, params.id)
      })
      return drainFor(caller, params.id)
    },
  }

  async function compare(workspaceId: string, flowId: string, text: string): Promise<ExactJson> {
    const ids = text.split(',').map((id) => id.trim())
    const [first, second] = ids
    if (first === undefined || second === undefined || ids.length !== 2)
      throw new AppError('invalid_request', 'Name two requests to compare, with a comma between them.', {
        errors: [{ path: 'ids', message: 'Two ids' }],
      })
    const two = [await getOne(workspaceId, flowId, first), await getOne(workspaceId, flowId, second)] as const
    const { differences, equal } = await compareAside(two[0].trigger ?? 'null', two[1].trigger ?? 'null')
    const items = await Promise.all(two.map((request) => whole(workspaceId, request)))
    return new ExactJson(
      `{"items":[${items.join(',')}],"nextCursor":null,"differences":[${differences.map(differenceText).join(',')}],"equal":${equal}}`,
    )
  }

  /** The start step that listens where the request came in; else the first that takes requests. */
  async function startOf(triggers: readonly PlanTrigger[], path: string): Promise<PlanTrigger> {
    const endpoint = await findEndpoint(pool, path)
    const listening = endpoint?.state === 'live' ? endpoint.trigger.id : endpoint?.nodeId
    const trigger =
      // An item that a start has found by itself, and that its flow's settings dropped.
      triggers.find(({ type, id }) => path === `${type}/${id}`) ??
      triggers.find(({ params }) => params['path'] === path) ??
      triggers.find(({ id, type }) => id === listening && hasOwnAddress(type)) ??
      triggers.find(({ type }) => hasOwnAddress(type))
    if (trigger === undefined) throw new AppError('invalid_request', 'This version has no start step that takes requests.')
    return trigger
  }
}

const longestWritten = 300

function differenceText({ path, a, b }: ValueDifference): string {
  const written = { a: a?.slice(0, longestWritten), b: b?.slice(0, longestWritten) }
  const values = `${a === undefined ? '' : `"a":${a},`}${b === undefined ? '' : `"b":${b},`}`
  return `{"path":${JSON.stringify(path)},${values}"written":${JSON.stringify(written)}}`
}
