import { z } from 'zod'
import type { VersionSummary } from '#shared/api.ts'
import type { Queryable } from './queryable.ts'
import { VersionRow, versionSummaryFrom } from './version-row.ts'

export async function listVersions(
  db: Queryable,
  list: { flowId: string; limit: number; before: number | undefined },
): Promise<VersionSummary[]> {
  const { rows } = await db.query(
    `select version, comment, published_at, published_by from app.versions
     where flow_id = $1 and ($2::int is null or version < $2) order by version desc limit $3`,
    [list.flowId, list.before ?? null, list.limit],
  )
  return z.array(VersionRow).parse(rows).map(versionSummaryFrom)
}
