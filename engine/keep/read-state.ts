import type { JsonText } from '#shared/json.ts'
import type { Database } from '../db/database.ts'
import { findRun } from '../db/find-run.ts'
import { listFlowState } from '../db/list-flow-state.ts'
import { listChangedKeys, listCounted, listOnceKeys } from '../db/list-run-state.ts'
import { instant } from '../db/run-row.ts'

/** A page of what a flow keeps, as JSON text: its values are to the letter what the flow set. The cursor is a key. */
export async function readFlowState(
  database: Database,
  workspaceId: string,
  flowId: string,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<JsonText> {
  const rows = await listFlowState(database, { workspaceId, flowId, after: cursor ?? '', limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const items = shown.map(({ key, value, version, updatedAt, updatedBy }) =>
    withData({ key, version, updatedAt: instant(updatedAt), updatedBy }, { value }),
  )
  const nextCursor = rows.length > limit ? (shown.at(-1)?.key ?? null) : null
  return `{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`
}

/** What a run did to its flow's state, as JSON text; undefined when there is no such run. */
export async function readRunState(database: Database, workspaceId: string, runId: string): Promise<JsonText | undefined> {
  const run = await findRun(database, workspaceId, runId)
  if (!run) return undefined
  const [changed, onceKeys, counted] = await Promise.all([
    listChangedKeys(database, workspaceId, run.flowId, runId),
    listOnceKeys(database, workspaceId, runId),
    listCounted(database, workspaceId, runId),
  ])
  const changes = changed.map(({ key, value, version, path, at, valueNow, versionNow }) =>
    withData(
      { key, version, path, at: instant(at) },
      { value, now: valueNow === null ? 'null' : withData({ version: versionNow }, { value: valueNow }) },
    ),
  )
  const once = onceKeys.map(({ key, path, doneAt, value }) =>
    withData({ key, path, doneAt: doneAt === null ? null : instant(doneAt) }, { value: value ?? 'null' }),
  )
  const metrics = counted.map(({ tags, ...rest }) => withData(rest, { tags: tags ?? '{}' }))
  return `{"changes":[${changes.join(',')}],"once":[${once.join(',')}],"metrics":[${metrics.join(',')}]}`
}

/** An object as JSON text, with some members that are JSON text already. */
function withData(facts: object, data: { [name: string]: JsonText }): JsonText {
  const members = Object.entries(data).map(([name, text]) => `,${JSON.stringify(name)}:${text}`)
  return `${JSON.stringify(facts).slice(0, -1)}${members.join('')}}`
}
