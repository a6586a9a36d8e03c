import type { Pool } from 'pg'
import { withTransaction } from '#engine/index.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { lockDataKeys } from '../db/lock-data-keys.ts'
import { updateDataKey } from '../db/update-data-key.ts'
import { placeOfKey } from './data-keys.ts'
import type { MasterKeys } from './master-keys.ts'
import { seal, unseal } from './seal.ts'

/**
 * Wraps with the new master key what the one before wraps, so that the old one can be thrown away. The secrets
 * themselves are not touched. Processes that still run with the old key go on with the keys they hold.
 */
export async function rewrapDataKeys(pool: Pool, { current, previous }: MasterKeys): Promise<number> {
  if (!previous || previous.id === current.id) return 0
  return withTransaction(pool, async (client) => {
    const keys = await lockDataKeys(client, previous.id)
    for (const { id, workspaceId, wrapped } of keys) {
      const place = placeOfKey(workspaceId, id)
      await updateDataKey(client, {
        id,
        wrapped: seal(current.key, place, unseal(previous.key, place, wrapped)),
        wrappedBy: current.id,
      })
      await insertAudit(client, {
        action: 'secrets.rewrapped',
        workspaceId,
        target: id,
        details: { from: previous.id, to: current.id },
      })
    }
    return keys.length
  })
}
