import type { PackageDetail } from '#shared/api.ts'
import { packageColumns, packageFrom, PackageRow } from './package-row.ts'
import type { Queryable } from './queryable.ts'

export interface NewPackage {
  workspaceId: string
  name: string
  version: string
  description: string
  license: string
  installId: string
  addedBy: string
}

/**
 * Puts a package into the list, or another version of one in its place; the installation is yet to come. The integrity
 * of the same version stays recorded, so that what comes now can be compared with it.
 */
export async function putPackage(db: Queryable, made: NewPackage): Promise<PackageDetail> {
  const { rows } = await db.query(
    `insert into app.packages as p (workspace_id, name, version, description, license, state, install_id, added_by)
     values ($1, $2, $3, $4, $5, 'installing', $6, $7)
     on conflict (workspace_id, name) do update set
       integrity = case when p.version = excluded.version then p.integrity end,
       version = excluded.version, description = excluded.description, license = excluded.license,
       state = 'installing', reason = null, lock = null, files = null, bytes = null, log = '{}',
       install_id = excluded.install_id, heard_at = now(), added_by = excluded.added_by, added_at = now()
     returning ${packageColumns}`,
    [made.workspaceId, made.name, made.version, made.description, made.license, made.installId, made.addedBy],
  )
  return packageFrom(PackageRow.parse(rows[0]))
}
