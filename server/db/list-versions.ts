import { z } from 'zod'
import type { VersionSummary } from '#shared/api.ts'
import type { Queryable } from './queryable.ts'
import { versionColumns, VersionRow, versionSummaryFrom, versionWithPublisher } from './version-row.ts'

export async function listVersions(
  db: Queryable,
  list: { flowId: string; limit: number; before: number | undefined },
): Promise<VersionSummary[]> {
  const { rows } = await db.query(
    `select ${versionColumns} from ${versionWithPublisher}
     where v.flow_id = $1 and ($2::int is null or v.version < $2) order by v.version desc limit $3`,
    [list.flowId, list.before ?? null, list.limit],
  )
  return z.array(VersionRow).parse(rows).map(versionSummaryFrom)
}
