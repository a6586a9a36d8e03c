import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const most = 20
const Row = z.object({ runId: z.string(), to: z.enum(['draft', 'live']), at: z.date() })

/** The runs a request was sent through to by hand, the newest first. */
export async function listSentRuns(
  db: Queryable,
  workspaceId: string,
  requestId: string,
): Promise<{ runId: string; to: 'draft' | 'live'; at: string }[]> {
  const { rows } = await db.query(
    `select details ->> 'runId' as "runId", details ->> 'to' as to, at from app.audit_log
     where action = 'request.sent' and target = $2 and workspace_id = $1 and details ->> 'runId' is not null
     order by id desc limit ${most}`,
    [workspaceId, requestId],
  )
  return rows.map((row) => Row.parse(row)).map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() }))
}
