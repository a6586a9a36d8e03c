import { withTransaction } from '#engine/index.ts'
import { findEgressAllow } from '../db/find-egress-allow.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { notifyEgress } from '../db/notify-egress.ts'
import { updateEgressAllow } from '../db/update-egress-allow.ts'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../route.ts'

/** Where the flows of a workspace may call. */
export function egressHandlers({ pool, egress }: Deps): Pick<Handlers, 'getEgress' | 'putEgress'> {
  return {
    async getEgress({ caller }) {
      return { allow: await findEgressAllow(pool, caller.workspaceId) }
    },

    async putEgress({ caller, body, address }) {
      const { workspaceId, actor } = caller
      const allow = body.allow === null ? null : [...new Set(body.allow)]
      await withTransaction(pool, async (client) => {
        const before = await findEgressAllow(client, workspaceId)
        await updateEgressAllow(client, workspaceId, allow)
        await notifyEgress(client)
        const action = 'egress.changed'
        await insertAudit(client, { action, workspaceId, actor, address, target: workspaceId, details: { before, allow } })
      })
      // This process doesn't wait for its own word.
      egress.forget()
      return { allow }
    },
  }
}
