import { createHash } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { sliceJson } from '#shared/json-text.ts'
import { isFinal } from '#shared/is-final.ts'
import { type Run, type RunStreamEvent, type RunSummary, withoutApprovalLink } from '#shared/run.ts'
import { triggerText } from '#shared/trigger-text.ts'
import { allows, type Grant } from '../auth/authorize.ts'
import type { Caller } from '../auth/caller.ts'
import { flowExists } from '../db/flow-exists.ts'
import { insertAudit } from '../db/insert-audit.ts'
import type { Deps } from '../deps.ts'
import { assertInput } from '../flows/assert-input.ts'
import { findRunnable, triggerToStart } from '../flows/find-runnable.ts'
import { requestIdOf } from '../http/request-id.ts'
import { closedSignal } from '../http/closed-signal.ts'
import { sendEventStream } from '../http/event-stream.ts'
import { ExactJson, type Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'
import { idCursor } from '../id-cursor.ts'

type RunRoutes =
  | 'startRun'
  | 'listRuns'
  | 'getRun'
  | 'listSteps'
  | 'summarizeSteps'
  | 'listLogs'
  | 'getRunState'
  | 'streamRun'
  | 'cancelRun'
  | 'retryRun'

/** Runs: starting, looking at, stopping and retrying them. */
export function runHandlers(deps: Deps): Pick<Handlers, RunRoutes> {
  const { engine, pool } = deps

  async function getRun(workspaceId: string, id: string): Promise<Run> {
    const run = await engine.getRun(workspaceId, id)
    if (run === undefined) throw noSuchRun()
    return run
  }

  /** Without the run's data. Somebody who may see their own runs only sees no others, not even that they exist. */
  async function getSummary(caller: Caller, grant: Grant, id: string): Promise<RunSummary> {
    const { items } = await engine.listRuns({
      workspaceId: caller.workspaceId,
      q: id,
      limit: 1,
      ...given('startedBy', grant === 'own' ? caller.actor : undefined),
    })
    const [run] = items
    if (run?.id !== id) throw noSuchRun()
    return run
  }

  /** Until the run is over, or the caller has waited long enough or gone away. */
  async function waitForEnd(workspaceId: string, runId: string, seconds: number, closed: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([closed, deps.stopping, AbortSignal.timeout(Math.ceil(seconds * 1000))])
    try {
      for await (const event of engine.streamRun(workspaceId, runId, undefined, signal))
        if (event.type === 'run' && isFinal(event.data.status)) return
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  return {
    async startRun({ caller, params, body, bodyText, res, address, setStatus }) {
      const runnable = await findRunnable(deps, caller.workspaceId, params.id, body.version)
      const trigger = triggerToStart(runnable.triggers, body.trigger)
      assertInput(trigger, body.input ?? null)
      const input = sliceJson(bodyText, ['input']) ?? 'null'
      const startedAt = new Date()
      const started = await engine.startRun({
        workspaceId: caller.workspaceId,
        flowId: params.id,
        version: runnable.version,
        planHash: runnable.planHash,
        triggerId: trigger.id,
        trigger: triggerText(trigger.type, startedAt.getTime(), input, {
          // Started by hand it has a time of its own all the same.
          ...(trigger.type === 'schedule' ? { scheduledAt: startedAt.toISOString() } : {}),
        }),
        startedBy: caller.actor,
        isAwaited: body.wait !== undefined && body.wait > 0,
        inbox: {
          id: requestIdOf(res),
          method: 'POST',
          path: `/api/v1/flows/${params.id}/runs`,
          remote: address,
          sizeBytes: Buffer.byteLength(bodyText),
        },
        ...(body.idempotencyKey === undefined
          ? {}
          : {
              // Whatever it is called, it is none of those under which others start runs.
              idempotencyKey: `api ${body.idempotencyKey}`,
              inputHash: createHash('sha256')
                .update(JSON.stringify([trigger.id, input]))
                .digest('base64url'),
            }),
        ...(body.priority === undefined ? {} : { priority: body.priority }),
        ...(body.delayMs === undefined ? {} : { delayMs: body.delayMs }),
      })
      if (started.runId === null) {
        setStatus(202)
        return { runId: null, reason: started.reason }
      }
      await started.durable
      if (!started.created) setStatus(200)
      if (body.wait !== undefined && body.wait > 0)
        await waitForEnd(caller.workspaceId, started.runId, body.wait, closedSignal(res))
      return getRun(caller.workspaceId, started.runId)
    },

    async listRuns({ caller, grant, query }) {
      const { trigger, ...filter } = query
      if (filter.flowId !== undefined && !(await flowExists(pool, caller.workspaceId, filter.flowId))) throw noSuchFlow()
      return engine.listRuns({
        workspaceId: caller.workspaceId,
        limit: filter.limit,
        ...given('cursor', idCursor(filter.cursor, 'run')),
        ...given('flowId', filter.flowId),
        ...given('status', filter.status),
        ...given('q', filter.q),
        ...given('from', filter.from),
        ...given('to', filter.to),
        ...given('version', filter.version),
        ...given('triggerId', trigger),
        ...given('startedBy', grant === 'own' ? caller.actor : undefined),
      })
    },

    async getRun({ caller, grant, params }) {
      if (grant === 'own') await getSummary(caller, grant, params.id)
      const text = await engine.getRunText(caller.workspaceId, params.id, { approvalLinks: allows('runs.control', caller) })
      if (text === undefined) throw noSuchRun()
      return new ExactJson(text)
    },

    async listSteps({ caller, grant, params, query }) {
      await getSummary(caller, grant, params.id)
      const text = await engine.listStepsText(caller.workspaceId, params.id, {
        limit: query.limit,
        ...given('cursor', query.cursor),
        ...given('status', query.status),
        ...given('parent', query.parent),
        ...given('around', query.around),
      })
      return new ExactJson(text)
    },

    async summarizeSteps({ caller, grant, params }) {
      if (grant === 'own') await getSummary(caller, grant, params.id)
      const summary = await engine.summarizeSteps(caller.workspaceId, params.id)
      if (summary === undefined) throw noSuchRun()
      return summary
    },

    async listLogs({ caller, grant, params, query }) {
      await getSummary(caller, grant, params.id)
      return engine.listLogs(caller.workspaceId, params.id, {
        limit: query.limit,
        ...given('cursor', query.cursor),
        ...given('path', query.path),
      })
    },

    async getRunState({ caller, grant, params }) {
      if (grant === 'own') await getSummary(caller, grant, params.id)
      const text = await engine.getRunStateText(caller.workspaceId, params.id)
      if (text === undefined) throw noSuchRun()
      return new ExactJson(text)
    },

    async streamRun({ caller, grant, params, req, res }) {
      const run = await getSummary(caller, grant, params.id)
      const lastId = req.headers['last-event-id']
      const signal = AbortSignal.any([closedSignal(res), deps.stopping])
      const afterId = typeof lastId === 'string' && lastId !== '' ? lastId : undefined
      const stream = engine.streamRun(caller.workspaceId, params.id, afterId, signal)
      const shown = allows('runs.control', caller) ? stream : withoutApprovalLinks(stream)
      const events = shown[Symbol.asyncIterator]()
      if (isFinal(run.status)) {
        // A browser reconnects when a stream ends; 204 is how it is told that there is nothing more to come.
        const first = await events.next()
        if (first.done === true) {
          res.statusCode = 204
          res.end()
          return undefined
        }
        await sendEventStream(res, prepend(first.value, { [Symbol.asyncIterator]: () => events }), signal)
        return undefined
      }
      await sendEventStream(res, { [Symbol.asyncIterator]: () => events }, signal)
      return undefined
    },

    async cancelRun({ caller, params, body, address }) {
      const { workspaceId, actor } = caller
      const entry = { action: 'run.cancelled', workspaceId, actor, address, target: params.id, details: { when: body.when } }
      await engine.cancelRun(workspaceId, params.id, actor, body.when, (client) => insertAudit(client, entry))
      return getRun(workspaceId, params.id)
    },

    async retryRun({ caller, params, address }) {
      const { workspaceId, actor } = caller
      const entry = { action: 'run.retried', workspaceId, actor, address, target: params.id }
      await engine.retryRun(workspaceId, params.id, actor, (client) => insertAudit(client, entry))
      return getRun(workspaceId, params.id)
    },
  }
}

async function* withoutApprovalLinks(stream: AsyncIterable<RunStreamEvent>): AsyncIterable<RunStreamEvent> {
  for await (const event of stream)
    yield event.type === 'run' ? { ...event, data: { ...event.data, waits: event.data.waits.map(withoutApprovalLink) } } : event
}

async function* prepend<T>(first: T, rest: AsyncIterable<T>): AsyncIterable<T> {
  yield first
  yield* rest
}

/** An optional property, left out when there is nothing to put in it. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  const part: { [P in K]?: V } = {}
  if (value !== undefined) part[key] = value
  return part
}

function noSuchRun(): AppError {
  return new AppError('not_found', 'There is no such run.')
}
