import type { Pool } from 'pg'
import { hashToken } from '#server/auth/secret-token.ts'

/** Another workspace with an owner and a key of its own, as a stranger on the same instance has. */
export async function insertOtherWorkspace(pool: Pool, key: string): Promise<void> {
  await pool.query(`insert into app.workspaces (id, name) values ('ws_stranger', 'Stranger')`)
  await pool.query(
    `insert into app.users (id, email, name, password_hash) values ('user_stranger', 'stranger@example.com', 'Stranger', 'none')`,
  )
  await pool.query(`insert into app.members (workspace_id, user_id, role) values ('ws_stranger', 'user_stranger', 'owner')`)
  await pool.query(
    `insert into app.api_keys (id, workspace_id, user_id, name, scopes, hint, key_hash)
     values ('key_stranger', 'ws_stranger', 'user_stranger', 'Stranger', '{read,run,build,admin}', '', $1)`,
    [hashToken(key)],
  )
}
