import type { RunError, RunStatus, RunSummary } from '#shared/run.ts'

/** A run as it is shown, finished or not. */
export interface ShownRun {
  id: string
  flowId: string
  version: number | null
  planHash: string
  triggerId: string
  status: RunStatus
  subject: string | null
  requestId: string | null
  replayOf: string | null
  parent: string | null
  createdAt: number
  startedAt: number | null
  finishedAt: number | null
  error: string | null
  outputSeq: number | null
}

const common = `id, flow_id as "flowId", version, plan_hash as "planHash", trigger_id as "triggerId", status, subject,
  request_id as "requestId", replay_of as "replayOf", parent,
  (extract(epoch from created_at) * 1000)::float8 as "createdAt",
  (extract(epoch from started_at) * 1000)::float8 as "startedAt"`

export const unfinishedColumns = `${common}, null::float8 as "finishedAt", null::text as error, null::int as "outputSeq"`
export const finishedColumns = `${common}, (extract(epoch from finished_at) * 1000)::float8 as "finishedAt", error, output_seq as "outputSeq"`

export function summaryFromRow(row: ShownRun): RunSummary {
  return {
    id: row.id,
    flowId: row.flowId,
    version: row.version ?? 'draft',
    status: row.status,
    subject: row.subject,
    error: row.error === null ? null : errorFromText(row.error),
    createdAt: instant(row.createdAt),
    startedAt: row.startedAt === null ? null : instant(row.startedAt),
    finishedAt: row.finishedAt === null ? null : instant(row.finishedAt),
    replayOf: row.replayOf,
    parent: row.parent,
    triggerId: row.triggerId,
  }
}

export function instant(ms: number): string {
  return new Date(ms).toISOString()
}

/** Written by the engine itself from a RunError. */
export function errorFromText(text: string): RunError {
  return JSON.parse(text)
}
