import type { Pool } from 'pg'
import type { Log, OpenedSecret, SecretDesk } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import { findSealedSecret } from '../db/find-sealed-secret.ts'
import type { Queryable } from '../db/queryable.ts'
import { noteSecretUse } from '../db/note-secret-use.ts'
import { createDataKeys } from './data-keys.ts'
import type { MasterKeys } from './master-keys.ts'
import { seal, unseal } from './seal.ts'

/** "Last used" is told to the minute: a write for every use would cost more than the use. */
const noteEveryMs = 60_000
const mostNoted = 10_000

export interface SecretStore extends SecretDesk {
  /** Encrypts a value for its place in the table. */
  seal(db: Queryable, place: { workspaceId: string; name: string; version: number }, value: string): Promise<SealedValue>
}

export interface SealedValue {
  keyId: string
  sealed: Buffer
}

/** The secrets of workspaces: the only place where their values are encrypted and decrypted. */
export function createSecretStore({ pool, masterKeys, log }: { pool: Pool; masterKeys: MasterKeys; log: Log }): SecretStore {
  const keys = createDataKeys(masterKeys)
  const noted = new Map<string, number>()

  function noteUse(workspaceId: string, name: string): void {
    const key = `${workspaceId} ${name}`
    const now = performance.now()
    if (now - (noted.get(key) ?? -Infinity) < noteEveryMs) return
    if (noted.size >= mostNoted) noted.clear()
    noted.set(key, now)
    noteSecretUse(pool, workspaceId, name).catch((error: unknown) =>
      log.warn({ err: error }, 'When a secret was last used could not be noted'),
    )
  }

  return {
    async seal(db, place, value) {
      const { id, key } = await keys.ofWorkspace(db, place.workspaceId)
      return { keyId: id, sealed: seal(key, placeOfSecret(place), Buffer.from(value)) }
    },

    async open({ workspaceId, flowId }, name): Promise<OpenedSecret> {
      const found = await findSealedSecret(pool, workspaceId, name)
      if (!found)
        throw new AppError('secret_unavailable', `There is no secret called "${name}". Add it under Values, or correct its name.`)
      if (found.flows !== null && !found.flows.includes(flowId))
        throw new AppError(
          'secret_unavailable',
          `The secret "${name}" is not shared with this flow. Whoever looks after it can add the flow under Values.`,
        )
      const { key } = await keys.ofWorkspace(pool, workspaceId)
      const value = unseal(key, placeOfSecret({ workspaceId, name, version: found.version }), found.sealed).toString()
      noteUse(workspaceId, name)
      return { name, version: found.version, value, hosts: found.hosts }
    },
  }
}

function placeOfSecret({ workspaceId, name, version }: { workspaceId: string; name: string; version: number }): string {
  return `secret ${workspaceId} ${version} ${name}`
}
