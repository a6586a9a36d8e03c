import type { Database } from './database.ts'

export interface BulkRow {
  workspaceId: string
  id: string
  action: 'retry' | 'replay' | 'cancel' | 'move' | 'resolve'
  filter: string
  how: string
  askedBy: string
  rate: number
  count: number
  handled: number
  beforeRun: string
  createdAt: number
  finishedAt: number | null
}

const columns = `workspace_id as "workspaceId", id, action, filter, how, asked_by as "askedBy", rate, count, handled,
  before_run as "beforeRun", (extract(epoch from created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from finished_at) * 1000)::float8 as "finishedAt"`

export async function insertBulkJob(
  database: Pick<Database, 'write'>,
  job: Omit<BulkRow, 'handled' | 'createdAt' | 'finishedAt'>,
): Promise<void> {
  await database.write(
    `insert into engine.bulk_jobs (workspace_id, id, action, filter, how, asked_by, rate, count, before_run)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [job.workspaceId, job.id, job.action, job.filter, job.how, job.askedBy, job.rate, job.count, job.beforeRun],
  )
}

export async function findBulkJob(database: Database, workspaceId: string, id: string): Promise<BulkRow | undefined> {
  const [row] = await database.read<BulkRow>(`select ${columns} from engine.bulk_jobs where workspace_id = $1 and id = $2`, [
    workspaceId,
    id,
  ])
  return row
}

/** Gives a job that is due to this process alone, for as long as `leaseMs`, and says when the next one is due. */
export async function claimBulkJob(
  database: Database,
  leaseMs: number,
): Promise<{ job: BulkRow | undefined; nextInMs: number | undefined }> {
  const rows = await database.write<BulkRow & { nextInMs: number | null; id: string | null }>(
    `with due as materialized (
       select workspace_id, id from engine.bulk_jobs
       where finished_at is null and next_at <= clock_timestamp() order by next_at limit 1 for update skip locked),
     claimed as (
       update engine.bulk_jobs j set next_at = clock_timestamp() + $1::float8 * interval '1 ms'
       from due where j.workspace_id = due.workspace_id and j.id = due.id returning j.*),
     next as (
       select min(next_at) as at from engine.bulk_jobs
       where finished_at is null and (workspace_id, id) not in (select workspace_id, id from due))
     select ${columns}, (extract(epoch from next.at - clock_timestamp()) * 1000)::float8 as "nextInMs"
     from next left join claimed on true`,
    [leaseMs],
  )
  const [row] = rows
  return { job: row?.id ? row : undefined, nextInMs: row?.nextInMs ?? undefined }
}

/** Notes how far a job has come and when it goes on; without `next` it is finished. */
export async function advanceBulkJob(
  database: Database,
  job: { workspaceId: string; id: string },
  { beforeRun, handled, nextInMs }: { beforeRun: string; handled: number; nextInMs: number | undefined },
): Promise<void> {
  await database.write(
    `update engine.bulk_jobs set handled = handled + $4, before_run = least(before_run, $3),
       next_at = clock_timestamp() + coalesce($5::float8, 0) * interval '1 ms',
       finished_at = case when $5::float8 is null then clock_timestamp() end
     where workspace_id = $1 and id = $2`,
    [job.workspaceId, job.id, beforeRun, handled, nextInMs ?? null],
  )
}

/** Forgets jobs that were finished before that time, with what became of their runs. */
export async function forgetBulkJobs(database: Database, beforeMs: number): Promise<void> {
  await database.write('delete from engine.bulk_jobs where finished_at < to_timestamp($1::float8 / 1000)', [beforeMs])
}
