import { z } from 'zod'
import type { PackageDetail } from '#shared/api.ts'
import { packageColumns, packageFrom, PackageRow } from './package-row.ts'
import type { Queryable } from './queryable.ts'

/** A workspace's packages by name. */
export async function listPackages(
  db: Queryable,
  list: { workspaceId: string; limit: number; after: string | undefined },
): Promise<PackageDetail[]> {
  const { rows } = await db.query(
    `select ${packageColumns} from app.packages
     where workspace_id = $1 and ($2::text is null or name > $2) order by name limit $3`,
    [list.workspaceId, list.after ?? null, list.limit],
  )
  return z.array(PackageRow).parse(rows).map(packageFrom)
}
