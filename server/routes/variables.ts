import type { PoolClient } from 'pg'
import { withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { mostVariableBytes, mostVariables } from '#shared/values.ts'
import type { Grant } from '../auth/authorize.ts'
import type { Caller } from '../auth/caller.ts'
import { deleteVariable } from '../db/delete-variable.ts'
import { findVariable } from '../db/find-variable.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { insertVariable } from '../db/insert-variable.ts'
import { listVariables } from '../db/list-variables.ts'
import { measureVariables } from '../db/measure-variables.ts'
import { notifyChange } from '../db/notify-change.ts'
import { updateVariable } from '../db/update-variable.ts'
import type { FoundVariable } from '../db/variable-row.ts'
import type { Deps } from '../deps.ts'
import { ExactJson, type Handlers } from '../route.ts'
import { nameFrom } from '../secrets/name-from.ts'
import { orderCursor, pageByOrder } from '../secrets/order-cursor.ts'
import { refuseOthers } from '../secrets/refuse-others.ts'

type VariableRoutes = 'listVariables' | 'createVariable' | 'getVariable' | 'putVariable' | 'updateVariable' | 'deleteVariable'
type Who = { caller: Caller; grant: Grant; address: string }

/** Shared values by name: what every flow of the workspace reads as `vars`, as they are when a run starts. */
export function variableHandlers({ pool, sharedValues }: Deps): Pick<Handlers, VariableRoutes> {
  /** From the commit on every process reads them anew; this one at once. */
  async function changing<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const result = await withTransaction(pool, async (client) => {
      const done = await work(client)
      await notifyChange(client)
      return done
    })
    sharedValues.forget()
    return result
  }

  async function make(client: PoolClient, { caller, address }: Who, name: string, value: JsonText): Promise<FoundVariable> {
    const { workspaceId, actor } = caller
    const made = await insertVariable(client, { workspaceId, name, value, createdBy: caller.userId })
    if (!made)
      throw new AppError('name_taken', `There is a shared value called "${name}" already. Change it, or choose another name.`)
    await refuseTooMuch(client, workspaceId)
    await insertAudit(client, { action: 'variable.created', workspaceId, actor, address, target: name })
    return made
  }

  async function change(
    client: PoolClient,
    { caller, grant, address }: Who,
    found: FoundVariable,
    name: string,
    value: JsonText,
  ): Promise<FoundVariable> {
    const { workspaceId, actor } = caller
    refuseOthers(grant, caller, found.createdBy, 'shared value')
    const changed = await updateVariable(client, { workspaceId, name, value })
    await refuseTooMuch(client, workspaceId)
    await insertAudit(client, { action: 'variable.changed', workspaceId, actor, address, target: name })
    return changed
  }

  return {
    async listVariables({ caller, query }) {
      const { workspaceId } = caller
      const found = await listVariables(pool, { workspaceId, limit: query.limit + 1, before: orderCursor(query.cursor) })
      const { items, nextCursor } = pageByOrder(found, query.limit, ({ text }) => text)
      return new ExactJson(`{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`)
    },

    async createVariable({ body, bodyText, ...who }) {
      const made = await changing((client) => make(client, who, body.name, valueIn(bodyText)))
      return new ExactJson(made.text)
    },

    async getVariable({ caller, params }) {
      const found = await findVariable(pool, caller.workspaceId, params.name)
      if (!found) throw noSuchVariable()
      return new ExactJson(found.text)
    },

    async putVariable({ params, bodyText, setStatus, ...who }) {
      const { text } = await changing(async (client) => {
        const found = await findVariable(client, who.caller.workspaceId, params.name, 'for update')
        if (found) return change(client, who, found, params.name, valueIn(bodyText))
        setStatus(201)
        return make(client, who, nameFrom(params.name), valueIn(bodyText))
      })
      return new ExactJson(text)
    },

    async updateVariable({ params, bodyText, ...who }) {
      const { text } = await changing(async (client) => {
        const found = await findVariable(client, who.caller.workspaceId, params.name, 'for update')
        if (!found) throw noSuchVariable()
        return change(client, who, found, params.name, valueIn(bodyText))
      })
      return new ExactJson(text)
    },

    async deleteVariable({ caller, grant, params, address }) {
      const { workspaceId, actor } = caller
      await changing(async (client) => {
        const found = await findVariable(client, workspaceId, params.name, 'for update')
        if (!found) throw noSuchVariable()
        refuseOthers(grant, caller, found.createdBy, 'shared value')
        await deleteVariable(client, workspaceId, params.name)
        await insertAudit(client, { action: 'variable.deleted', workspaceId, actor, address, target: params.name })
      })
      return undefined
    },
  }
}

function valueIn(bodyText: string): JsonText {
  return sliceJson(bodyText, ['value']) ?? 'null'
}

async function refuseTooMuch(client: PoolClient, workspaceId: string): Promise<void> {
  const { count, bytes } = await measureVariables(client, workspaceId)
  if (count > mostVariables)
    throw new AppError('too_large', `A workspace has ${mostVariables} shared values at the most. Delete one you no longer need.`)
  if (bytes > mostVariableBytes)
    throw new AppError(
      'too_large',
      `The shared values of a workspace take up ${mostVariableBytes / 1024} KiB at the most, because every run carries them. Keep large data elsewhere.`,
    )
}

function noSuchVariable(): AppError {
  return new AppError('not_found', 'There is no such shared value.')
}
