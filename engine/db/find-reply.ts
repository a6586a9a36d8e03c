import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { RunStatus } from '#shared/run.ts'
import type { Reply } from '../engine-api.ts'
import type { StepEnd } from '../state/journal.ts'
import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'
import { endedAfter } from './ended-after.ts'
import { errorFromText } from './run-row.ts'

interface ReplyRow {
  status: RunStatus | null
  error: string | null
  head: string | null
  body: string | null
  output: string | null
  outputSeq: number | null
  answeredAt: number | null
  finishedAt: number | null
}

/** What the run's caller gets, and since when; undefined while the run has neither answered nor ended. */
export interface Answer {
  reply: Reply
  at: number
}

/** `loadOutput` gives the output that is stored nowhere as a whole. */
export async function findAnswer(
  database: Database,
  workspaceId: string,
  runId: string,
  loadOutput: () => Promise<JsonText>,
): Promise<Answer | undefined> {
  const [row] = await database.read<ReplyRow>(
    `select coalesce(h.status, r.status) as status, h.error, a.data as head, coalesce(a.payload, p.body) as body,
       coalesce(o.payload, q.body) as output, h.output_seq as "outputSeq",
       (extract(epoch from a.at) * 1000)::float8 as "answeredAt", (extract(epoch from h.finished_at) * 1000)::float8 as "finishedAt"
     from (select $1::text as workspace_id, $2::text as id) as asked
     left join engine.runs r on r.workspace_id = asked.workspace_id and r.id = asked.id
     left join engine.history h on h.workspace_id = asked.workspace_id and h.id = asked.id
       and h.finished_at >= to_timestamp($3::float8)
     left join lateral (
       select * from engine.events e where e.workspace_id = asked.workspace_id and e.run_id = asked.id
         and e.kind = 'step.finished' and e.data like '%"reply":{%' order by e.seq limit 1) a on true
     left join engine.payloads p on p.workspace_id = asked.workspace_id and p.run_id = asked.id and p.seq = a.seq
     left join engine.events o on o.workspace_id = asked.workspace_id and o.run_id = asked.id and o.seq = h.output_seq
     left join engine.payloads q on q.workspace_id = asked.workspace_id and q.run_id = asked.id and q.seq = h.output_seq`,
    [workspaceId, runId, endedAfter(runId)],
  )
  if (!row?.status) throw new AppError('not_found', 'There is no such run.')
  if (row.head !== null) {
    const { reply }: StepEnd = JSON.parse(row.head)
    if (reply) return { reply: { kind: 'respond', ...reply, body: row.body }, at: row.answeredAt ?? 0 }
  }
  const at = row.finishedAt ?? 0
  if (row.status === 'succeeded') {
    const output = row.output ?? (row.outputSeq === null ? 'null' : await loadOutput())
    return { reply: { kind: 'ended', status: 'succeeded', output }, at }
  }
  if (row.status === 'failed' || row.status === 'cancelled') {
    return { reply: { kind: 'ended', status: row.status, error: row.error === null ? null : errorFromText(row.error) }, at }
  }
  return undefined
}

/** Which of these runs have answered their caller or ended. */
export function findAnswered(
  database: Database,
  runs: ReadonlyMap<string, { workspaceId: string }>,
): Promise<{ workspaceId: string; runId: string }[]> {
  return database.read(
    `select a.workspace_id as "workspaceId", a.run_id as "runId" from unnest($1::text[], $2::text[]) as a(workspace_id, run_id)
     where exists (select from engine.history h where h.workspace_id = a.workspace_id and h.id = a.run_id
         and h.finished_at >= to_timestamp($3::float8))
       or exists (select from engine.events e where e.workspace_id = a.workspace_id and e.run_id = a.run_id
         and e.kind = 'step.finished' and e.data like '%"reply":{%')`,
    [textArray([...runs.values()].map((run) => run.workspaceId)), textArray([...runs.keys()]), endedAfter(...runs.keys())],
  )
}
