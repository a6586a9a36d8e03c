import type { Database } from './database.ts'

export interface WorkerRow {
  id: string
  /** Shared by processes that can see whether each other live. */
  place: string
  processId: number
  processStart: string
  lockKey: string
  leaseMs: number
}

/** Enters a worker among the living. */
export async function insertWorker(database: Database, worker: WorkerRow): Promise<void> {
  await database.write(
    `insert into engine.workers (id, place, process_id, process_start, lock_key, lease_ms)
     values ($1, $2, $3, $4, $5, $6)`,
    [worker.id, worker.place, worker.processId, worker.processStart, worker.lockKey, worker.leaseMs],
  )
}

export interface OtherWorker {
  id: string
  isGone: boolean
  /** It missed two beats, or its lease is over. */
  isLate: boolean
  /** Whether its process can be seen from here. */
  isNear: boolean
  processId: number
  processStart: string
}

/** All workers but this one: the one look that an idle worker takes around. */
export function listOthers(database: Database, self: string, place: string): Promise<OtherWorker[]> {
  return database.read(
    `select id, state = 'gone' as "isGone", beat_at < now() - lease_ms * interval '1 ms' * 2 / 3 as "isLate",
       place = $2 as "isNear", process_id as "processId", process_start as "processStart"
     from engine.workers where id <> $1`,
    [self, place],
  )
}

/**
 * Declares workers gone whose lease is over, those that missed two beats and whose connection is gone with its lock,
 * and those whose process is known to be gone; says which of them crashed. All of it by the database's clock.
 */
export function markGoneWorkers(
  database: Database,
  self: string,
  deadProcesses: readonly string[],
): Promise<{ id: string; crashed: boolean }[]> {
  return database.write(
    `with dead as materialized (
       select id, id = any($2::text[]) or pg_try_advisory_xact_lock(lock_key) as crashed from engine.workers
       where state = 'live' and id <> $1 and (
         id = any($2::text[])
         or beat_at < now() - lease_ms * interval '1 ms'
         or (beat_at < now() - lease_ms * interval '1 ms' * 2 / 3 and pg_try_advisory_xact_lock(lock_key)))
       order by id for update)
     update engine.workers w set state = 'gone' from dead where w.id = dead.id returning w.id, dead.crashed`,
    [self, deadProcesses],
  )
}

/** Frees runs of workers that are gone, for anybody to claim. Gives how many; fewer than the limit means all. */
export async function releaseRunsOfGone(database: Database, crashed: readonly string[], limit: number): Promise<number> {
  const rows = await database.write<{ id: string }>(
    `with stranded as materialized (
       select r.workspace_id, r.id, r.worker_id from engine.runs r
       where r.worker_id in (select id from engine.workers where state = 'gone')
       order by r.id limit $2 for no key update of r)
     update engine.runs r
     set worker_id = null, status = 'queued', ready = true, due_at = null, epoch = r.epoch + 1,
       lost_by = case when s.worker_id = any($1::text[]) then 'crash' else 'lease' end
     from stranded s where r.workspace_id = s.workspace_id and r.id = s.id and r.worker_id = s.worker_id
     returning r.id`,
    [crashed, limit],
  )
  return rows.length
}

/** Takes a worker that holds nothing any more off the list, and with it those that have long been gone. */
export async function deleteWorker(database: Database, id: string): Promise<void> {
  await database.write(
    `delete from engine.workers w
     where (w.id = $1 or (w.state = 'gone' and w.beat_at < now() - interval '1 day'))
       and not exists (select from engine.runs r where r.worker_id = w.id)`,
    [id],
  )
}
