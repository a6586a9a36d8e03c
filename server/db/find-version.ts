import { z } from 'zod'
import type { VersionSummary } from '#shared/api.ts'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'
import { versionColumns, VersionRow, versionSummaryFrom, versionWithPublisher } from './version-row.ts'

const Row = VersionRow.extend({ document: z.string(), plan_hash: z.string(), triggers: z.array(PlanTrigger) })

export interface FoundVersion {
  summary: VersionSummary
  document: string
  planHash: string
  triggers: PlanTrigger[]
}

/** A published version of a flow of this workspace. */
export async function findVersion(
  db: Queryable,
  workspaceId: string,
  flowId: string,
  version: number,
): Promise<FoundVersion | undefined> {
  const { rows } = await db.query(
    `select ${versionColumns}, v.document::text as document, v.plan_hash, v.triggers
     from ${versionWithPublisher} join app.flows f on f.id = v.flow_id
     where f.workspace_id = $1 and v.flow_id = $2 and v.version = $3`,
    [workspaceId, flowId, version],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return { summary: versionSummaryFrom(row), document: row.document, planHash: row.plan_hash, triggers: row.triggers }
}
