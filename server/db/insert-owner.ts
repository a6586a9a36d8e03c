import type { Queryable } from './queryable.ts'

/** Makes a workspace's owner. False when it has one: of several set-ups at once, one wins. */
export async function insertOwner(
  db: Queryable,
  owner: { workspaceId: string; userId: string; email: string; name: string; passwordHash: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with made as (
       insert into app.users (id, email, name, password_hash)
       select $2, lower($3), $4, $5 where not exists (select from app.members where workspace_id = $1 and role = 'owner')
       returning id)
     insert into app.members (workspace_id, user_id, role) select $1, id, 'owner' from made`,
    [owner.workspaceId, owner.userId, owner.email, owner.name, owner.passwordHash],
  )
  return rowCount === 1
}
