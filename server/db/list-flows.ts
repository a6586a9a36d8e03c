import { z } from 'zod'
import type { FlowSummary } from '#shared/api.ts'
import { FlowRow, flowColumns, flowSummaryFrom, flowWithVersion } from './flow-row.ts'
import type { Queryable } from './queryable.ts'

/** Flows of a workspace, newest first, of those whose name holds `q` when it is given. */
export async function listFlows(
  db: Queryable,
  list: { workspaceId: string; q: string | undefined; limit: number; before: string | undefined },
): Promise<FlowSummary[]> {
  const { rows } = await db.query(
    `select ${flowColumns} from ${flowWithVersion}
     where f.workspace_id = $1 and ($2::text is null or strpos(lower(f.name), lower($2)) > 0) and ($3::text is null or f.id < $3)
     order by f.id desc limit $4`,
    [list.workspaceId, list.q ?? null, list.before ?? null, list.limit],
  )
  return z.array(FlowRow).parse(rows).map(flowSummaryFrom)
}
