import { randomFillSync } from 'node:crypto'
import type { PoolClient } from 'pg'
import { AppError } from '#shared/errors.ts'
import { idFrom } from '#shared/ids.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { findQueue } from '../control/find-queue.ts'
import { rowFromEvent } from '../db/event-row.ts'
import { findRun } from '../db/find-run.ts'
import { insertReplay, type NewReplay } from '../db/insert-replay.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import { loadTrigger } from '../db/load-trigger.ts'
import type { ShownRun } from '../db/run-row.ts'
import type { Replay, ReplayPreview } from '../engine-api.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { controlScope, subjectFrom } from '../run/prepare-start.ts'
import { subjectTemplate } from '../run/subject-template.ts'
import type { Reader } from '../read/read-run.ts'
import type { NodeState } from '../state/run-state.ts'
import { planReplay, type ReplayPlan } from './plan-replay.ts'
import { whatRuns } from './what-runs.ts'

export interface Replayer extends Pick<Reader, 'database' | 'indexOf' | 'signingKeys' | 'hooksUrl'> {
  now(): number
  outputBytes: number
}

interface Prepared {
  row: ShownRun
  index: PlanIndex
  version: { version: number | 'draft'; planHash: string }
  created: JournalEvent & { kind: 'run.created' }
  plan: ReplayPlan
}

/** What a replay would keep and run; nothing is written. */
export async function previewReplay(
  replayer: Replayer,
  workspaceId: string,
  runId: string,
  replay: Replay,
): Promise<ReplayPreview> {
  const { plan } = await prepare(replayer, workspaceId, runId, replay)
  const kept = [...plan.state.nodes.values()].flatMap((node) => [...(isOver(node) ? [node.path] : []), ...keptCallsOf(node)])
  const runs = whatRuns(plan.state).flatMap((one) => [one, ...(plan.calls.get(one.path) ?? [])])
  return { kept, runs, missing: plan.missing }
}

function isOver({ status }: NodeState): boolean {
  return status === 'succeeded' || status === 'skipped' || status === 'failed' || status === 'cancelled'
}

/** What code is given of what it asked for before. */
function keptCallsOf({ calls }: NodeState): string[] {
  const over = [...(calls?.byPath.values() ?? [])].filter(({ status }) => status === 'succeeded' || status === 'failed')
  return over.map(({ path }) => path)
}

/**
 * Makes a new run that begins with what is kept of another, for any worker to go on with. Gives its id; undefined when
 * a replay was made under this key before.
 */
export async function startReplay(
  replayer: Replayer,
  workspaceId: string,
  runId: string,
  replay: Replay & { key?: string },
  also?: (client: PoolClient, newId: string) => Promise<void>,
): Promise<string | undefined> {
  const { database, now } = replayer
  const { row, index, version, created, plan } = await prepare(replayer, workspaceId, runId, replay)
  refuseMissing(replay, plan)
  const atMs = now()
  const newId = idFrom('run', atMs, randomFillSync(new Uint8Array(10)))
  const isOther = replay.input !== undefined || created.data.batch !== undefined
  const first = isOther ? await loadTrigger(database, workspaceId, runId, row.requestId) : undefined
  const trigger = replay.input === undefined || first === undefined ? first : withBody(first, replay.input)
  const { triggerId, vars } = created.data
  const made: NewReplay = {
    workspaceId,
    oldId: runId,
    runId: newId,
    version: version.version === 'draft' ? null : version.version,
    planHash: version.planHash,
    by: replay.by,
    atMs,
    created: JSON.stringify({ triggerId, ...(vars === undefined ? {} : { vars }), by: replay.by, replayOf: runId }),
    trigger: trigger ?? null,
    copied: plan.events.flatMap(({ event, from }) => (from === null ? [] : [{ row: rowFromEvent(event, null), from }])),
    given: plan.events.flatMap(({ event, from, payload }) => (from === null ? [rowFromEvent(event, payload)] : [])),
    key: replay.key ?? null,
    queue: await findQueue(replayer, workspaceId, { ...row, planHash: version.planHash }, trigger),
    subject:
      replay.input === undefined || trigger === undefined ? undefined : subjectOf(replayer, row, index, triggerId, trigger),
  }
  const isMade = await database.transaction(async (tx, client) => {
    const isNew = await insertReplay(tx, made)
    if (isNew) await also?.(client, newId)
    return isNew
  })
  if (isMade) return newId
  if (replay.key !== undefined) return undefined
  throw new AppError('not_found', 'The run is gone: it was older than what is kept.')
}

async function prepare(replayer: Replayer, workspaceId: string, runId: string, replay: Replay): Promise<Prepared> {
  const { database, indexOf } = replayer
  const row = await findRun(database, workspaceId, runId)
  if (!row) throw new AppError('not_found', 'There is no such run.')
  for (const output of replay.outputs?.values() ?? []) {
    if (Buffer.byteLength(output) > replayer.outputBytes)
      throw new AppError('too_large', `An output may have ${replayer.outputBytes} bytes at the most (HOLDFAST_LIMIT_OUTPUT).`)
  }
  const version = replay.version ?? { version: row.version ?? 'draft', planHash: row.planHash }
  const [before, index, events] = await Promise.all([
    indexOf(row.planHash),
    indexOf(version.planHash),
    loadJournalAfter(database, workspaceId, runId, -1),
  ])
  const [created] = events
  if (created?.kind !== 'run.created') throw new AppError('not_found', 'Nothing is kept of this run any more.')
  const triggers = new Set(index.plan.triggers.map(({ id }) => id))
  if (!triggers.has(created.data.triggerId)) {
    throw new AppError(
      'invalid_request',
      `The run was started by "${created.data.triggerId}", which this version does not have. Replay it on its own version.`,
    )
  }
  const wished = { ...replay, from: replay.from ?? [] }
  const plan = planReplay(
    { runId, index: before, events },
    index,
    {
      from: wished.from.filter((path) => !triggers.has(path)),
      outputs: replay.outputs ?? new Map(),
      fromStart: wished.from.some((path) => triggers.has(path)) || isFromStart(row, replay),
    },
    replayer.now(),
  )
  return { row, index, version, created, plan }
}

/** Of a run that succeeded everything is decided, so that nothing would run; other input is another run. */
function isFromStart(row: ShownRun, { from, input, outputs }: Replay): boolean {
  const isUnsaid = (from?.length ?? 0) === 0 && (outputs?.size ?? 0) === 0
  return isUnsaid && (input !== undefined || row.status === 'succeeded')
}

/** Other input may be about something else: the run is named for it. */
function subjectOf(
  { signingKeys, hooksUrl }: Replayer,
  row: ShownRun,
  index: PlanIndex,
  triggerId: string,
  trigger: JsonText,
): string | null {
  const subject = subjectTemplate(index.plan, triggerId)
  if (subject === undefined) return null
  const { id: runId, flowId, createdAt: startedAt, version } = row
  const facts = { runId, flowId, version: version ?? ('draft' as const), startedAt, trigger, vars: undefined }
  return subjectFrom(subject, controlScope(index, { ...facts, signingKeys, hooksUrl }))
}

function refuseMissing({ from = [], outputs }: Replay, plan: ReplayPlan): void {
  const named = new Set([...from, ...(outputs?.keys() ?? [])])
  const missing = plan.missing.filter((path) => named.has(path))
  if (missing.length === 0) return
  throw new AppError(
    'invalid_request',
    `The run, or the version it is to go on with, has no step ${missing.map((path) => `"${path}"`).join(', ')}. Ask with dryRun to see its steps.`,
    { errors: missing.map((path) => ({ path: outputs?.has(path) ? `outputs.${path}` : 'from', message: `No step "${path}"` })) },
  )
}

/** The trigger with another body; all else of it is to the letter as it was. */
export function withBody(trigger: JsonText, body: JsonText): JsonText {
  const parsed: Json = JSON.parse(trigger)
  const names = isJsonObject(parsed) ? Object.keys(parsed).filter((name) => name !== 'body') : []
  const rest = names.map((name) => `${JSON.stringify(name)}:${sliceJson(trigger, [name]) ?? 'null'},`)
  return `{${rest.join('')}"body":${body}}`
}
