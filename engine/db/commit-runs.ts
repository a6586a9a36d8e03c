import type { PoolClient } from 'pg'
import { createColumns } from './columns.ts'
import type { NewRun, RunWrites, WrittenRun } from './write-batch.ts'

/**
 * What `engine.commit_runs` can write of a run. A kind of writes that is new and not written by it is listed here with
 * the condition under which there is nothing of it.
 */
const canCarry: { [K in keyof Required<RunWrites>]: (value: RunWrites[K], writes: RunWrites) => boolean } = {
  workspaceId: () => true,
  runId: () => true,
  epoch: () => true,
  create: (create) => create === undefined || isUsualStart(create),
  events: (events) => {
    for (const event of events) if (event.large) return false
    return true
  },
  opened: (waits) => waits.size === 0,
  closed: (waits) => waits.size === 0,
  logs: (lines) => lines.length === 0,
  metrics: (metrics) => metrics.length === 0,
  release: (release, { create }) => release === undefined || create === undefined,
  finish: (finish) => !finish?.forgetWaits,
}

const canCreate: { [K in keyof Required<NewRun>]: (value: NewRun[K]) => boolean } = {
  flowId: () => true,
  version: () => true,
  planHash: () => true,
  triggerId: () => true,
  owned: () => true,
  priority: () => true,
  dueAt: () => true,
  subject: () => true,
  startedBy: () => true,
  createdAt: () => true,
  key: (key) => key === null,
  inputHash: (hash) => hash === null,
  request: (request) => !request?.isKept,
  queue: (queue) => queue === null,
  startBy: (startBy) => startBy === null,
  isPaused: (isPaused) => !isPaused,
}

function isUsualStart(create: NewRun): boolean {
  return Object.entries(canCreate).every(([name, test]) => Reflect.apply(test, undefined, [Reflect.get(create, name)]))
}

/** Whether `commitRuns` can write all of it. */
export function isUsual(writes: RunWrites): boolean {
  return Object.entries(canCarry).every(([name, test]) => Reflect.apply(test, undefined, [Reflect.get(writes, name), writes]))
}

const columns = {
  batch: ['text', 'text', 'plain'],
  event: ['plain', 'plain', 'text', 'text', 'plain', 'plain', 'text', 'text'],
  start: ['plain', 'plain', 'text', 'plain', 'text', 'text', 'plain', 'plain', 'plain', 'text', 'text', 'text', 'plain'],
  request: ['plain', 'text', 'text', 'text', 'plain', 'text'],
  end: ['plain', 'text', 'text', 'plain', 'plain', 'plain'],
  free: ['plain', 'text', 'plain', 'plain', 'plain'],
} as const

const parameters = 1 + Object.values(columns).reduce((sum, kinds) => sum + kinds.length, 0)
const statement = `select engine.commit_runs(${Array.from({ length: parameters }, (_, n) => `$${n + 1}`).join(', ')})::text as arrived`
const statementThatTells = `${statement}, pg_notify($${parameters + 1}, $${parameters + 2})`

/**
 * Does what `writeBatch` does for the writes that make up nearly all of them, by a function whose plans the server
 * keeps: see the migration that makes it. Undefined when one of the runs is not this worker's any more, or was not
 * admitted: then nothing was written at all. A notification goes out as the writes are committed.
 */
export async function commitRuns(
  client: PoolClient,
  workerId: string,
  batch: readonly RunWrites[],
  notification?: readonly [channel: string, payload: string],
): Promise<Map<number, WrittenRun> | undefined> {
  const order = orderOf(batch)
  const values = valuesOf(workerId, batch, order)
  const { rows } = await (notification
    ? client.query<{ arrived: string | null }>(statementThatTells, [...values, ...notification])
    : client.query<{ arrived: string | null }>(statement, values))
  const arrived = rows[0]?.arrived
  if (arrived === null || arrived === undefined) return undefined
  const counts = arrived === '{}' ? [] : arrived.slice(1, -1).split(',')
  return new Map(order.map((index, place) => [index, { arrived: Number(counts[place] ?? 0) }]))
}

/** Places in the batch: owned runs by id, the order in which rows are locked, then new ones. */
function orderOf(batch: readonly RunWrites[]): number[] {
  const owned: number[] = []
  const fresh: number[] = []
  for (const [index, writes] of batch.entries()) (writes.create ? fresh : owned).push(index)
  const idOf = (index: number) => batch[index]?.runId ?? ''
  owned.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  return owned.concat(fresh)
}

function valuesOf(workerId: string, batch: readonly RunWrites[], order: readonly number[]): (string | null)[] {
  const [workspaces, runs, epochs] = createColumns(columns.batch)
  const event = createColumns(columns.event)
  const start = createColumns(columns.start)
  const request = createColumns(columns.request)
  const end = createColumns(columns.end)
  const free = createColumns(columns.free)
  let place = 0
  let starts = 0
  let ends = 0
  for (const index of order) {
    const writes = batch[index]
    if (!writes) continue
    place++
    workspaces.add(writes.workspaceId)
    runs.add(writes.runId)
    const { create, finish, release } = writes
    if (finish) {
      ends++
      end[0].add(place)
      end[1].add(finish.status)
      end[2].add(finish.error)
      end[3].add(finish.finishedAt)
      end[4].add(finish.outputSeq)
      end[5].add(finish.lastSeq)
    }
    if (create) {
      starts++
      start[0].add(place)
      start[1].add(finish ? ends : null)
      start[2].add(create.flowId)
      start[3].add(create.version)
      start[4].add(create.planHash)
      start[5].add(create.triggerId)
      start[6].add(create.owned)
      start[7].add(create.priority)
      start[8].add(create.dueAt)
      start[9].add(create.subject)
      start[10].add(create.request?.id ?? null)
      start[11].add(create.startedBy)
      start[12].add(create.createdAt)
      if (create.request) {
        request[0].add(starts)
        request[1].add(create.request.method)
        request[2].add(create.request.path)
        request[3].add(create.request.remote)
        request[4].add(create.request.sizeBytes)
        request[5].add(create.request.trigger)
      }
    } else epochs.add(writes.epoch)
    if (release) {
      free[0].add(place)
      free[1].add(release.status)
      free[2].add(release.dueAt)
      free[3].add(release.seen)
      free[4].add(release.ready)
    }
    for (const row of writes.events) {
      event[0].add(place)
      event[1].add(row.seq)
      event[2].add(row.kind)
      event[3].add(row.path)
      event[4].add(row.attempt)
      event[5].add(row.at)
      event[6].add(row.data)
      event[7].add(row.payload)
    }
  }
  return [
    workerId,
    ...[workspaces, runs, epochs, ...event, ...start, ...request, ...end, ...free].map((column) => column.literal()),
  ]
}
