import type { Pool } from 'pg'
import { hashToken, newSecretToken } from '../auth/secret-token.ts'
import { findOwner } from '../db/find-owner.ts'
import { insertSetupToken } from '../db/insert-setup-token.ts'

/** While there is no owner: a link with which one can be made, once. */
export async function setupLink(pool: Pool, workspaceId: string, publicUrl: string): Promise<string | undefined> {
  if ((await findOwner(pool, workspaceId)) !== undefined) return undefined
  const token = newSecretToken('setup_')
  await insertSetupToken(pool, hashToken(token))
  return `${publicUrl}/setup?token=${token}`
}
