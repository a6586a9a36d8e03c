import type { PoolClient } from 'pg'
import type { Database } from './database.ts'

export interface BulkOutcome {
  workspaceId: string
  jobId: string
  runId: string
  path: string
  outcome: string
  detail: string | null
}

const insert = `insert into engine.bulk_outcomes (workspace_id, job_id, run_id, path, outcome, detail) values ($1, $2, $3, $4, $5, $6)`
const valuesOf = (one: BulkOutcome) => [one.workspaceId, one.jobId, one.runId, one.path, one.outcome, one.detail]

/** Notes what is done to a run, in the transaction that does it. Fails when it was done before. */
export async function insertDone(client: PoolClient, outcome: BulkOutcome): Promise<void> {
  await client.query(insert, valuesOf(outcome))
}

/** Notes what could not be done to a run, and why. */
export async function insertRefused(database: Database, outcome: BulkOutcome): Promise<void> {
  await database.write(`${insert} on conflict do nothing`, valuesOf(outcome))
}

/** How many runs have come to which outcome. */
export function countOutcomes(
  database: Database,
  workspaceId: string,
  jobId: string,
): Promise<{ outcome: string; count: number }[]> {
  return database.read(
    `select outcome, count(*)::int as count from engine.bulk_outcomes where workspace_id = $1 and job_id = $2
     group by outcome order by outcome`,
    [workspaceId, jobId],
  )
}

/** The newest runs with which something was wrong. */
export function listRefused(
  database: Database,
  workspaceId: string,
  jobId: string,
  limit: number,
): Promise<{ runId: string; path: string; code: string; message: string | null }[]> {
  return database.read(
    `select run_id as "runId", path, outcome as code, detail as message from engine.bulk_outcomes
     where workspace_id = $1 and job_id = $2 and outcome <> 'done' order by run_id desc, path limit $3`,
    [workspaceId, jobId, limit],
  )
}
