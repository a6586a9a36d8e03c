import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({ id: z.string() })

/** The API keys that somebody has made in a workspace: what they start, that person started. */
export async function listKeyIds(db: Queryable, workspaceId: string, userId: string): Promise<string[]> {
  const { rows } = await db.query('select id from app.api_keys where workspace_id = $1 and user_id = $2', [workspaceId, userId])
  return rows.map((row) => Row.parse(row).id)
}
