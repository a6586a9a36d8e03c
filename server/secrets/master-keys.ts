import { keyFor } from '../start/secrets.ts'

/** What wraps the data keys of workspaces. */
export interface MasterKey {
  /** Tells keys apart, and nothing about them. */
  id: string
  key: Uint8Array
}

/** The key everything is wrapped with from now on, and the one before it while a change of keys is under way. */
export interface MasterKeys {
  current: MasterKey
  previous: MasterKey | undefined
}

export function masterKeysFrom(secretKey: string, previousKey: string | undefined): MasterKeys {
  return { current: masterKeyFrom(secretKey), previous: previousKey === undefined ? undefined : masterKeyFrom(previousKey) }
}

export function findMasterKey({ current, previous }: MasterKeys, id: string): MasterKey | undefined {
  return current.id === id ? current : previous?.id === id ? previous : undefined
}

function masterKeyFrom(secretKey: string): MasterKey {
  return {
    id: Buffer.from(keyFor('name of the master key', secretKey).subarray(0, 12)).toString('base64url'),
    key: keyFor('master key', secretKey),
  }
}
