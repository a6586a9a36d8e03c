import type { PoolClient } from 'pg'
import { withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { SecretSummary } from '#shared/values.ts'
import type { Grant } from '../auth/authorize.ts'
import type { Caller } from '../auth/caller.ts'
import { countFlows } from '../db/count-flows.ts'
import { deleteSecret } from '../db/delete-secret.ts'
import { findSecret } from '../db/find-secret.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { insertSecret } from '../db/insert-secret.ts'
import { listSecrets } from '../db/list-secrets.ts'
import type { FoundSecret } from '../db/secret-row.ts'
import { updateSecret } from '../db/update-secret.ts'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../route.ts'
import { nameFrom } from '../secrets/name-from.ts'
import { refuseOthers } from '../secrets/refuse-others.ts'
import { orderCursor, pageByOrder } from '../secrets/order-cursor.ts'

type SecretRoutes = 'listSecrets' | 'createSecret' | 'getSecret' | 'putSecret' | 'updateSecret' | 'deleteSecret'
type Wish = { hosts?: string[] | undefined; flows?: 'all' | string[] | undefined; value?: string | undefined }
type Who = { caller: Caller; grant: Grant; address: string }

/** Secrets by name. What goes in is encrypted at once; no answer, log or audit row ever has it. */
export function secretHandlers({ pool, secrets }: Deps): Pick<Handlers, SecretRoutes> {
  async function make(
    client: PoolClient,
    { caller, address }: Who,
    name: string,
    wish: Wish & { value: string },
  ): Promise<FoundSecret> {
    const { workspaceId } = caller
    const { hosts = [], flows = 'all' } = wish
    await refuseUnknownFlows(client, workspaceId, flows)
    const sealed = await secrets.seal(client, { workspaceId, name, version: 1 }, wish.value)
    const made = await insertSecret(client, {
      workspaceId,
      name,
      ...sealed,
      hosts: [...new Set(hosts)],
      flows: flows === 'all' ? null : [...new Set(flows)],
      createdBy: caller.userId,
    })
    if (!made)
      throw new AppError('name_taken', `There is a secret called "${name}" already. Replace its value, or choose another name.`)
    await insertAudit(client, {
      action: 'secret.created',
      workspaceId,
      actor: caller.actor,
      address,
      target: name,
      details: { hosts: made.summary.hosts, flows: made.summary.flows },
    })
    return made
  }

  async function change(client: PoolClient, who: Who, secret: FoundSecret, wish: Wish): Promise<FoundSecret> {
    const { caller, grant, address } = who
    const { workspaceId } = caller
    const { summary } = secret
    const { name } = summary
    refuseOthers(grant, caller, secret.createdBy, 'secret')
    const { hosts = summary.hosts, flows = summary.flows } = wish
    await refuseUnknownFlows(client, workspaceId, wish.flows)
    const version = summary.version + (wish.value === undefined ? 0 : 1)
    const sealed = wish.value === undefined ? undefined : await secrets.seal(client, { workspaceId, name, version }, wish.value)
    const changed = await updateSecret(client, {
      workspaceId,
      name,
      version,
      sealed,
      hosts: [...new Set(hosts)],
      flows: flows === 'all' ? null : [...new Set(flows)],
    })
    await insertAudit(client, {
      action: sealed ? 'secret.replaced' : 'secret.changed',
      workspaceId,
      actor: caller.actor,
      address,
      target: name,
      details: { version, hosts: changed.summary.hosts, flows: changed.summary.flows },
    })
    return changed
  }

  return {
    async listSecrets({ caller, query }) {
      const found = await listSecrets(pool, {
        workspaceId: caller.workspaceId,
        limit: query.limit + 1,
        before: orderCursor(query.cursor),
      })
      return pageByOrder(found, query.limit, (secret) => secret.summary)
    },

    async createSecret({ body, ...who }) {
      const made = await withTransaction(pool, (client) => make(client, who, body.name, body))
      return made.summary
    },

    async getSecret({ caller, params }): Promise<SecretSummary> {
      const found = await findSecret(pool, caller.workspaceId, params.name)
      if (!found) throw noSuchSecret()
      return found.summary
    },

    async putSecret({ params, body, setStatus, ...who }) {
      return withTransaction(pool, async (client) => {
        const found = await findSecret(client, who.caller.workspaceId, params.name, 'for update')
        if (found) return (await change(client, who, found, body)).summary
        setStatus(201)
        return (await make(client, who, nameFrom(params.name), body)).summary
      })
    },

    async updateSecret({ params, body, ...who }) {
      return withTransaction(pool, async (client) => {
        const found = await findSecret(client, who.caller.workspaceId, params.name, 'for update')
        if (!found) throw noSuchSecret()
        return (await change(client, who, found, body)).summary
      })
    },

    async deleteSecret({ caller, grant, params, address }) {
      const { workspaceId } = caller
      await withTransaction(pool, async (client) => {
        const found = await findSecret(client, workspaceId, params.name, 'for update')
        if (!found) throw noSuchSecret()
        refuseOthers(grant, caller, found.createdBy, 'secret')
        await deleteSecret(client, workspaceId, params.name)
        await insertAudit(client, { action: 'secret.deleted', workspaceId, actor: caller.actor, address, target: params.name })
      })
      return undefined
    },
  }
}

/** Another workspace's flow looks the same as one that isn't there. */
async function refuseUnknownFlows(client: PoolClient, workspaceId: string, flows: Wish['flows']): Promise<void> {
  if (flows === undefined || flows === 'all' || flows.length === 0) return
  const wanted = [...new Set(flows)]
  if ((await countFlows(client, workspaceId, wanted)) < wanted.length)
    throw new AppError('not_found', 'One of these flows does not exist.')
}

function noSuchSecret(): AppError {
  return new AppError('not_found', 'There is no such secret.')
}
