import { withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import { canGiveScope } from '../auth/authorize.ts'
import { hashToken, newSecretToken } from '../auth/secret-token.ts'
import { deleteApiKey } from '../db/delete-api-key.ts'
import { insertApiKey } from '../db/insert-api-key.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { listApiKeys } from '../db/list-api-keys.ts'
import type { Deps } from '../deps.ts'
import { newId } from '../new-id.ts'
import { pageFrom } from '../page.ts'
import type { Handlers } from '../route.ts'
import { idCursor } from '../id-cursor.ts'

/** Keys for programs. The value of one is told once and kept as a hash. */
export function apiKeyHandlers({ pool }: Deps): Pick<Handlers, 'listApiKeys' | 'createApiKey' | 'deleteApiKey'> {
  return {
    async listApiKeys({ caller, grant, query }) {
      const userId = grant === 'own' ? caller.userId : undefined
      const items = await listApiKeys(pool, {
        workspaceId: caller.workspaceId,
        userId,
        limit: query.limit + 1,
        before: idCursor(query.cursor, 'apiKey'),
      })
      return pageFrom(items, query.limit, (key) => key.id)
    },

    async createApiKey({ caller, body, address }) {
      const { userId, workspaceId } = caller
      if (userId === undefined) throw new AppError('forbidden', 'Make the owner account first: an API key belongs to somebody.')
      const tooMuch = body.scopes.find((scope) => !canGiveScope(caller.role, scope))
      if (tooMuch !== undefined)
        throw new AppError('forbidden', `Your role does not allow what a key with the scope "${tooMuch}" may do.`)
      if (body.expiresAt !== undefined && Date.parse(body.expiresAt) <= Date.now())
        throw new AppError('invalid_request', 'This key would have expired already.', {
          errors: [{ path: 'expiresAt', message: 'Choose a time in the future' }],
        })
      const key = newSecretToken('hf_')
      const scopes = [...new Set(body.scopes)]
      const summary = await withTransaction(pool, async (client) => {
        const made = await insertApiKey(client, {
          id: newId('apiKey'),
          workspaceId,
          userId,
          name: body.name,
          scopes,
          hint: key.slice(0, 7),
          keyHash: hashToken(key),
          expiresAt: body.expiresAt,
        })
        await insertAudit(client, {
          action: 'api_key.created',
          workspaceId,
          actor: caller.actor,
          address,
          target: made.id,
          details: { name: body.name, scopes },
        })
        return made
      })
      return { ...summary, key }
    },

    async deleteApiKey({ caller, grant, params, address }) {
      const userId = grant === 'own' ? caller.userId : undefined
      await withTransaction(pool, async (client) => {
        if (!(await deleteApiKey(client, { workspaceId: caller.workspaceId, userId, id: params.id })))
          throw new AppError('not_found', 'There is no such API key.')
        await insertAudit(client, {
          action: 'api_key.revoked',
          workspaceId: caller.workspaceId,
          actor: caller.actor,
          address,
          target: params.id,
        })
      })
      return undefined
    },
  }
}
