import type { PoolClient } from 'pg'
import { createColumns } from './columns.ts'
import type { RunWrites, WrittenRun } from './write-batch.ts'

const columns = {
  batch: ['text', 'text', 'plain'],
  event: ['plain', 'plain', 'text', 'text', 'plain', 'plain', 'text', 'text'],
  start: ['plain', 'plain', 'text', 'plain', 'text', 'text', 'plain', 'plain', 'plain', 'text', 'text', 'text', 'plain'],
  request: ['plain', 'text', 'text', 'text', 'plain', 'text'],
  end: ['plain', 'text', 'text', 'plain', 'plain', 'plain'],
  free: ['plain', 'text', 'plain', 'plain', 'plain'],
} as const

/** What only `commit_runs_and_waits` takes. */
const moreColumns = {
  closed: ['plain', 'text'],
  opened: ['plain', 'text', 'text', 'text', 'plain', 'plain'],
  log: ['plain', 'plain', 'plain', 'text', 'plain', 'plain', 'text', 'text', 'text'],
  forgotten: ['plain'],
} as const

/** What `commit_events` takes: the worker, the batch and its events. */
const eventParameters = 1 + columns.batch.length + columns.event.length

const texts = new Map<string, string>()

/**
 * Does what `writeBatch` does for the writes that make up nearly all of them, by functions whose plans the server
 * keeps: see the migrations that make them. Undefined when one of the runs is not this worker's any more, or was not
 * admitted: then nothing was written at all. A notification goes out as the writes are committed.
 */
export async function commitRuns(
  client: PoolClient,
  workerId: string,
  batch: readonly RunWrites[],
  notification?: readonly [channel: string, payload: string],
): Promise<Map<number, WrittenRun> | undefined> {
  const order = orderOf(batch)
  const { name, values } = callFor(workerId, batch, order)
  const { rows } = await client.query<{ arrived: string | null }>(
    textFor(name, values.length, notification !== undefined),
    notification ? [...values, ...notification] : values,
  )
  const arrived = rows[0]?.arrived
  if (arrived === null || arrived === undefined) return undefined
  const counts = arrived === '{}' ? [] : arrived.slice(1, -1).split(',')
  return new Map(order.map((index, place) => [index, { arrived: Number(counts[place] ?? 0) }]))
}

/** The function with the fewest arguments that takes all of it. */
function callFor(
  workerId: string,
  batch: readonly RunWrites[],
  order: readonly number[],
): { name: string; values: (string | null)[] } {
  const values = valuesOf(workerId, batch, order)
  if (batch.some(hasMore)) return { name: 'commit_runs_and_waits', values: [...values, ...moreValuesOf(batch, order)] }
  if (batch.every(onlyGoesOn)) return { name: 'commit_events', values: values.slice(0, eventParameters) }
  return { name: 'commit_runs', values }
}

function onlyGoesOn({ create, finish, release }: RunWrites): boolean {
  return create === undefined && finish === undefined && release === undefined
}

function textFor(name: string, parameters: number, isTold: boolean): string {
  const key = `${name} ${isTold}`
  const known = texts.get(key)
  if (known) return known
  const holes = Array.from({ length: parameters }, (_, n) => `$${n + 1}`)
  const told = isTold ? `, pg_notify($${parameters + 1}, $${parameters + 2})` : ''
  const text = `select engine.${name}(${holes.join(', ')})::text as arrived${told}`
  texts.set(key, text)
  return text
}

function hasMore({ opened, closed, logs, finish }: RunWrites): boolean {
  return opened.size > 0 || closed.size > 0 || logs.length > 0 || finish?.forgetWaits === true
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

function moreValuesOf(batch: readonly RunWrites[], order: readonly number[]): (string | null)[] {
  const closed = createColumns(moreColumns.closed)
  const opened = createColumns(moreColumns.opened)
  const log = createColumns(moreColumns.log)
  const forgotten = createColumns(moreColumns.forgotten)
  for (const [at, index] of order.entries()) {
    const writes = batch[index]
    if (!writes) continue
    const place = at + 1
    for (const path of writes.closed) {
      closed[0].add(place)
      closed[1].add(path)
    }
    for (const [path, wait] of writes.opened) {
      opened[0].add(place)
      opened[1].add(path)
      opened[2].add(wait.kind)
      opened[3].add(wait.name)
      opened[4].add(wait.openedAt)
      opened[5].add(wait.dueAt)
    }
    for (const line of writes.logs) {
      log[0].add(place)
      log[1].add(line.seq)
      log[2].add(line.n)
      log[3].add(line.path)
      log[4].add(line.attempt)
      log[5].add(line.at)
      log[6].add(line.level)
      log[7].add(line.message)
      log[8].add(line.data)
    }
    if (writes.finish?.forgetWaits) forgotten[0].add(place)
  }
  return [...closed, ...opened, ...log, ...forgotten].map((column) => column.literal())
}
