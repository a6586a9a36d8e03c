import type { Bulk, Replay } from '#engine/index.ts'
import type { RouteBody } from '#shared/api.ts'
import { AppError } from '#shared/errors.ts'
import { sliceJson } from '#shared/json-text.ts'
import type { Run } from '#shared/run.ts'
import { flowExists } from '../db/flow-exists.ts'
import { insertAudit } from '../db/insert-audit.ts'
import type { Deps } from '../deps.ts'
import { findRunnable } from '../flows/find-runnable.ts'
import { MoveBlocked } from '../http/problem.ts'
import type { Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'

type GoingAgainRoutes = 'replayRun' | 'moveRun' | 'resolveStep' | 'bulkRuns' | 'getBulk'

/** Letting runs go on or go again: replays, other versions, steps settled by hand, and any of it for many runs. */
export function goingAgainHandlers(deps: Deps): Pick<Handlers, GoingAgainRoutes> {
  const { engine, pool } = deps

  async function getRun(workspaceId: string, id: string): Promise<Run> {
    const run = await engine.getRun(workspaceId, id)
    if (run === undefined) throw new AppError('not_found', 'There is no such run.')
    return run
  }

  return {
    async replayRun({ caller, params, body, bodyText, address, setStatus }) {
      const { workspaceId, actor } = caller
      const { flowId, version } = await getRun(workspaceId, params.id)
      const replay = { by: actor, ...(await replayFrom(deps, workspaceId, { flowId, version }, body, bodyText, [])) }
      if (body.dryRun) {
        setStatus(200)
        return engine.previewReplay(workspaceId, params.id, replay)
      }
      const edited = [...(replay.outputs?.keys() ?? [])]
      const details = { from: replay.from, version: body.version, edited, input: replay.input !== undefined }
      const entry = { action: 'run.replayed', workspaceId, actor, address, target: params.id }
      const id = await engine.replayRun(workspaceId, params.id, replay, (client, newId) =>
        insertAudit(client, { ...entry, details: { ...details, as: newId } }),
      )
      return getRun(workspaceId, id)
    },

    async moveRun({ caller, params, body, address }) {
      const { workspaceId, actor } = caller
      const { flowId } = await getRun(workspaceId, params.id)
      const { planHash } = await findRunnable(deps, workspaceId, flowId, body.version)
      const entry = { action: 'run.moved', workspaceId, actor, address, target: params.id, details: { version: body.version } }
      const obstacles = await engine.moveRun(workspaceId, params.id, { ...body, planHash, by: actor }, (client) =>
        insertAudit(client, entry),
      )
      if (body.dryRun) return { obstacles }
      if (obstacles.length > 0) throw new MoveBlocked(obstacles)
      return getRun(workspaceId, params.id)
    },

    async resolveStep({ caller, params, body, bodyText, address }) {
      const output = sliceJson(bodyText, ['output'])
      const { workspaceId, actor } = caller
      const details = { path: params.path, action: body.action }
      const entry = { action: 'step.resolved', workspaceId, actor, address, target: params.id, details }
      const resolution = { by: actor, action: body.action, ...(output === undefined ? {} : { output }) }
      await engine.resolveStep(workspaceId, params.id, params.path, resolution, (client) => insertAudit(client, entry))
      return getRun(workspaceId, params.id)
    },

    async bulkRuns({ caller, body, bodyText, address, setStatus }) {
      const { workspaceId, actor } = caller
      const { flowId } = body.filter
      if (flowId !== undefined && !(await flowExists(pool, workspaceId, flowId))) throw noSuchFlow()
      const bulk = await bulkFrom(deps, workspaceId, actor, body, bodyText)
      if (body.dryRun) {
        setStatus(200)
        return { count: await engine.countBulk(workspaceId, bulk) }
      }
      const details = { action: body.action, filter: body.filter, ratePerSecond: body.ratePerSecond }
      return engine.startBulk(workspaceId, bulk, (client, target) =>
        insertAudit(client, { action: 'runs.bulk', workspaceId, actor, address, target, details }),
      )
    },

    getBulk: ({ caller, params }) => engine.getBulk(caller.workspaceId, params.id),
  }
}

/** What a request asks of a replay, its data to the letter; `at` is where it stands in the body. */
async function replayFrom(
  deps: Deps,
  workspaceId: string,
  of: { flowId: string | undefined; version: Run['version'] },
  { from, version, outputs }: Pick<RouteBody<'replayRun'>, 'from' | 'version' | 'outputs'>,
  bodyText: string,
  at: string[],
): Promise<Omit<Replay, 'by'>> {
  const input = sliceJson(bodyText, [...at, 'input'])
  return {
    outputs: new Map(Object.keys(outputs ?? {}).map((path) => [path, sliceJson(bodyText, [...at, 'outputs', path]) ?? 'null'])),
    ...(from === undefined ? {} : { from: [from].flat() }),
    ...(input === undefined ? {} : { input }),
    ...(version === 'same' ? {} : { version: await latestVersionOf(deps, workspaceId, of) }),
  }
}

/** The live version of the flow; the draft as it is, for a run of the draft. */
async function latestVersionOf(
  deps: Deps,
  workspaceId: string,
  { flowId, version: was }: { flowId: string | undefined; version: Run['version'] },
): Promise<NonNullable<Replay['version']>> {
  if (flowId === undefined) throw oneFlowOnly()
  const { version, planHash } = await findRunnable(deps, workspaceId, flowId, was === 'draft' ? 'draft' : undefined)
  return { version, planHash }
}

async function bulkFrom(
  deps: Deps,
  workspaceId: string,
  by: string,
  body: RouteBody<'bulkRuns'>,
  bodyText: string,
): Promise<Bulk> {
  const { action, ratePerSecond } = body
  const { trigger, ...filter } = body.filter
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
  const bulk: Bulk = { by, action, ratePerSecond, filter: { ...given, ...(trigger === undefined ? {} : { triggerId: trigger }) } }
  if (body.cancel) bulk.cancel = body.cancel
  if (body.replay) {
    const of = { flowId: filter.flowId, version: filter.version ?? 0 }
    bulk.replay = await replayFrom(deps, workspaceId, of, body.replay, bodyText, ['replay'])
  }
  if (body.resolve) {
    const output = sliceJson(bodyText, ['resolve', 'output'])
    const { path } = body.resolve
    bulk.resolve = {
      action: body.resolve.action,
      ...(output === undefined ? {} : { output }),
      ...(path === undefined ? {} : { path }),
    }
  }
  if (action === 'move') {
    if (body.move === undefined)
      throw new AppError('invalid_request', 'Say which version the runs go on with.', {
        errors: [{ path: 'move', message: 'Required' }],
      })
    if (filter.flowId === undefined) throw oneFlowOnly()
    const { planHash } = await findRunnable(deps, workspaceId, filter.flowId, body.move.version)
    bulk.move = { version: body.move.version, planHash }
  }
  return bulk
}

function oneFlowOnly(): AppError {
  return new AppError('invalid_request', 'A version is one flow’s: name the flow in the filter.', {
    errors: [{ path: 'filter.flowId', message: 'Required' }],
  })
}
