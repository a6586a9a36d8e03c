import type { Queryable } from './queryable.ts'

/** Says which hosts a workspace's flows may call from now on. */
export async function updateEgressAllow(db: Queryable, workspaceId: string, allow: string[] | null): Promise<void> {
  await db.query('update app.workspaces set egress_allow = $2 where id = $1', [workspaceId, allow])
}
