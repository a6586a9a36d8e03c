import type { PoolClient } from 'pg'
import { withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { FlowDetail } from '#shared/api.ts'
import { Flow } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import type { Problem } from '#shared/plan.ts'
import { applyPatch } from '#shared/patch.ts'
import type { Caller } from '../auth/caller.ts'
import { deleteFlow } from '../db/delete-flow.ts'
import { flowExists } from '../db/flow-exists.ts'
import { findFlow } from '../db/find-flow.ts'
import { holdDraftPaths } from '../db/hold-draft-paths.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { insertFlow } from '../db/insert-flow.ts'
import { listFlows } from '../db/list-flows.ts'
import { notifyChange } from '../db/notify-change.ts'
import { updateFlowPaused } from '../db/update-flow-paused.ts'
import { updateFlowEnabled } from '../db/update-flow-enabled.ts'
import type { Deps } from '../deps.ts'
import { findTypeProblems } from '../code-types/find-type-problems.ts'
import { compileFlow } from '../flows/compile-flow.ts'
import { contentHash } from '../flows/content-hash.ts'
import { parseDocument, readDocument } from '../flows/parse-document.ts'
import { assignPaths, endpointsOf, pathsOf } from '../flows/paths.ts'
import { publish } from '../flows/publish.ts'
import { saveDraft } from '../flows/save-draft.ts'
import { syncOwnStarts } from '../flows/sync-own-starts.ts'
import { CompileError } from '../http/problem.ts'
import { newId } from '../new-id.ts'
import { pageFrom } from '../page.ts'
import { ExactJson, type Handlers } from '../route.ts'
import { idCursor } from '../id-cursor.ts'

type FlowRoutes =
  | 'listFlows'
  | 'createFlow'
  | 'getFlow'
  | 'updateFlow'
  | 'deleteFlow'
  | 'putDraft'
  | 'patchDraft'
  | 'validateFlow'
  | 'publishFlow'
  | 'enableFlow'
  | 'disableFlow'
  | 'pauseFlow'
  | 'resumeFlow'
  | 'getFlowState'

/** Flows and their drafts, up to publishing one. */
export function flowHandlers(deps: Deps): Pick<Handlers, FlowRoutes> {
  const { pool, settings } = deps

  async function getDetail(workspaceId: string, id: string): Promise<FlowDetail> {
    const flow = await findFlow(pool, workspaceId, id)
    if (flow === undefined) throw noSuchFlow()
    const document = readDocument(flow.document)
    return { ...flow.summary, document, endpoints: endpointsOf(document, settings) }
  }

  async function switchFlow(caller: Caller, id: string, address: string, enabled: boolean): Promise<FlowDetail> {
    await withTransaction(pool, async (client) => {
      if (!(await updateFlowEnabled(client, caller.workspaceId, id, enabled))) throw noSuchFlow()
      await syncOwnStarts(deps, client, { workspaceId: caller.workspaceId, flowId: id })
      await audit(client, caller, address, id, enabled ? 'flow.enabled' : 'flow.disabled')
      await notifyChange(client)
    })
    deps.endpoints.forget()
    if (enabled) deps.kept.soon()
    return getDetail(caller.workspaceId, id)
  }

  async function pauseOrResume(caller: Caller, id: string, address: string, paused: boolean): Promise<FlowDetail> {
    const { engine, kept, endpoints } = deps
    await withTransaction(pool, async (client) => {
      if (!(await updateFlowPaused(client, caller.workspaceId, id, paused))) throw noSuchFlow()
      if (paused) await engine.pauseFlow(caller.workspaceId, id, client)
      else await engine.resumeFlow(caller.workspaceId, id, client)
      await audit(client, caller, address, id, paused ? 'flow.paused' : 'flow.resumed')
      await notifyChange(client)
    })
    endpoints.forget()
    await engine.pausesChanged()
    if (!paused) kept.soon()
    return getDetail(caller.workspaceId, id)
  }

  /** Outside of any transaction: looking at types can take seconds, and no lock should wait for it. */
  async function withTypeProblems<T>(
    problems: readonly T[],
    of: { workspaceId: string; flowId: string; writer?: string | undefined },
    document: Flow,
  ): Promise<(T | Problem)[]> {
    return [...problems, ...(await findTypeProblems(deps, of, document))]
  }

  return {
    async listFlows({ caller, query }) {
      const items = await listFlows(pool, {
        workspaceId: caller.workspaceId,
        q: query.q,
        limit: query.limit + 1,
        before: idCursor(query.cursor, 'flow'),
      })
      return pageFrom(items, query.limit, (flow) => flow.id)
    },

    async createFlow({ caller, body, address }) {
      const given = body.document === undefined ? Flow.parse({}) : parseDocument(body.document)
      const document = assignPaths(body.name === undefined ? given : { ...given, name: body.name }, undefined)
      const id = newId('flow')
      await withTransaction(pool, async (client) => {
        await insertFlow(client, {
          id,
          workspaceId: caller.workspaceId,
          name: document.name,
          document: JSON.stringify(document),
          contentHash: contentHash(document),
        })
        if (await holdDraftPaths(client, id, pathsOf(document.nodes))) await notifyChange(client)
        await audit(client, caller, address, id, 'flow.created')
      })
      deps.endpoints.forget()
      return getDetail(caller.workspaceId, id)
    },

    async getFlow({ caller, params }) {
      return getDetail(caller.workspaceId, params.id)
    },

    async updateFlow({ caller, params, body }) {
      await saveDraft(deps, {
        workspaceId: caller.workspaceId,
        flowId: params.id,
        change: (before) => ({ ...before, name: body.name }),
      })
      return getDetail(caller.workspaceId, params.id)
    },

    async deleteFlow({ caller, params, address }) {
      await withTransaction(pool, async (client) => {
        if (!(await deleteFlow(client, caller.workspaceId, params.id))) throw noSuchFlow()
        // Its runs stay, and nobody could let them go on any more.
        await deps.engine.resumeFlow(caller.workspaceId, params.id, client)
        await deps.engine.forgetFlowState(caller.workspaceId, params.id, client)
        await syncOwnStarts(deps, client, { workspaceId: caller.workspaceId, flowId: params.id })
        await audit(client, caller, address, params.id, 'flow.deleted')
        await notifyChange(client)
      })
      deps.endpoints.forget()
      return undefined
    },

    async putDraft({ caller, params, body }) {
      const document = parseDocument(body.document)
      const saved = await saveDraft(deps, {
        workspaceId: caller.workspaceId,
        flowId: params.id,
        revision: body.revision,
        change: () => document,
      })
      return { revision: saved.revision, endpoints: saved.endpoints }
    },

    async patchDraft({ caller, params, body }) {
      const change = (_before: Flow, text: string) => {
        const before: Json = JSON.parse(text)
        return parseDocument(applyPatch(before, body.patch))
      }
      const saved = await saveDraft(deps, { workspaceId: caller.workspaceId, flowId: params.id, revision: body.revision, change })
      return { revision: saved.revision, endpoints: saved.endpoints }
    },

    async validateFlow({ caller, params, body }) {
      const flow = await findFlow(pool, caller.workspaceId, params.id)
      if (flow === undefined) throw noSuchFlow()
      const document =
        body.document === undefined
          ? readDocument(flow.document)
          : assignPaths(parseDocument(body.document), readDocument(flow.document))
      const of = { workspaceId: caller.workspaceId, flowId: params.id }
      const { problems } = await compileFlow(deps, pool, of, document)
      // What is sent along is what somebody is writing just now.
      return {
        problems: await withTypeProblems(
          problems,
          { ...of, writer: body.document === undefined ? undefined : caller.actor },
          document,
        ),
      }
    },

    async publishFlow({ caller, params, body, address }) {
      const of = { workspaceId: caller.workspaceId, flowId: params.id }
      let draft: Flow | undefined
      try {
        const published = await publish(deps, {
          caller,
          flowId: params.id,
          address,
          comment: body.comment ?? '',
          action: 'flow.published',
          choose: async (_client, chosen) => (draft = chosen),
        })
        const problems = await withTypeProblems(published.problems, of, published.document)
        return { version: published.version, ...(problems.length === 0 ? {} : { problems }) }
      } catch (error) {
        if (!(error instanceof CompileError) || draft === undefined) throw error
        throw new CompileError(error.message, await withTypeProblems(error.problems, of, draft))
      }
    },

    async enableFlow({ caller, params, address }) {
      return switchFlow(caller, params.id, address, true)
    },

    async disableFlow({ caller, params, address }) {
      return switchFlow(caller, params.id, address, false)
    },

    async pauseFlow({ caller, params, address }) {
      return pauseOrResume(caller, params.id, address, true)
    },

    async resumeFlow({ caller, params, address }) {
      return pauseOrResume(caller, params.id, address, false)
    },

    async getFlowState({ caller, params, query }) {
      if (!(await flowExists(pool, caller.workspaceId, params.id))) throw noSuchFlow()
      const { limit, cursor } = query
      return new ExactJson(
        await deps.engine.getFlowStateText(caller.workspaceId, params.id, { limit, ...(cursor === undefined ? {} : { cursor }) }),
      )
    },
  }
}

export function noSuchFlow(): AppError {
  return new AppError('not_found', 'There is no such flow.')
}

async function audit(client: PoolClient, caller: Caller, address: string, target: string, action: string): Promise<void> {
  await insertAudit(client, { action, workspaceId: caller.workspaceId, actor: caller.actor, address, target })
}
