import { z } from 'zod'
import type { FlowSummary } from '#shared/api.ts'
import { FlowRow, flowColumns, flowSummaryFrom, flowWithVersion } from './flow-row.ts'
import type { Queryable } from './queryable.ts'

const Row = FlowRow.extend({ document: z.string() })

/** A flow with the text of its draft; undefined when the workspace has none by that id. */
export async function findFlow(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<{ summary: FlowSummary; document: string } | undefined> {
  const { rows } = await db.query(
    `select ${flowColumns}, f.document::text as document from ${flowWithVersion} where f.workspace_id = $1 and f.id = $2`,
    [workspaceId, id],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return { summary: flowSummaryFrom(row), document: row.document }
}
