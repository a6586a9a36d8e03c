import type { PackageDetail } from '#shared/api.ts'
import { packageColumns, packageFrom, PackageRow } from './package-row.ts'
import type { Queryable } from './queryable.ts'

export async function findPackage(db: Queryable, workspaceId: string, name: string): Promise<PackageDetail | undefined> {
  const { rows } = await db.query(`select ${packageColumns} from app.packages where workspace_id = $1 and name = $2`, [
    workspaceId,
    name,
  ])
  return rows[0] === undefined ? undefined : packageFrom(PackageRow.parse(rows[0]))
}
