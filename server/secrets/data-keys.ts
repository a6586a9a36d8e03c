import { randomBytes } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { findDataKey } from '../db/find-data-key.ts'
import { insertDataKey } from '../db/insert-data-key.ts'
import type { Queryable } from '../db/queryable.ts'
import { findMasterKey, type MasterKeys } from './master-keys.ts'
import { seal, unseal } from './seal.ts'

export interface DataKey {
  id: string
  key: Uint8Array
}

export interface DataKeys {
  /** The key of a workspace, made with its first secret. */
  ofWorkspace(db: Queryable, workspaceId: string): Promise<DataKey>
}

/** Unwraps the keys of workspaces and holds them: a process goes on with those it has while the master key is changed. */
export function createDataKeys(masterKeys: MasterKeys): DataKeys {
  const known = new Map<string, DataKey>()

  return {
    async ofWorkspace(db, workspaceId) {
      const held = known.get(workspaceId)
      if (held) return held
      const row = (await findDataKey(db, workspaceId)) ?? (await make(db, workspaceId, masterKeys))
      const master = findMasterKey(masterKeys, row.wrappedBy)
      if (!master)
        throw new AppError(
          'internal',
          'The secrets of this workspace are encrypted with another HOLDFAST_SECRET_KEY. Set HOLDFAST_SECRET_KEY_PREVIOUS to that key and start again.',
        )
      const key = { id: row.id, key: unseal(master.key, placeOfKey(workspaceId, row.id), row.wrapped) }
      // What an open transaction made may not stay: the next one to ask reads it again.
      if (row.isCommitted) known.set(workspaceId, key)
      return key
    },
  }
}

/** Of several that make the first one at once, all get the same. */
async function make(db: Queryable, workspaceId: string, { current }: MasterKeys) {
  const id = `dk_${randomBytes(12).toString('hex')}`
  const wrapped = seal(current.key, placeOfKey(workspaceId, id), randomBytes(32))
  await insertDataKey(db, { id, workspaceId, wrapped, wrappedBy: current.id })
  const row = await findDataKey(db, workspaceId)
  if (!row) throw new Error('A data key that was made is gone')
  return { ...row, isCommitted: false }
}

export function placeOfKey(workspaceId: string, keyId: string): string {
  return `data key ${workspaceId} ${keyId}`
}
