import type { SecretDesk } from '#engine/index.ts'

/**
 * A workspace's secrets never leave its server. In a test each is a text of the same name, so that code which only
 * passes it on works; no reference to one is sent anywhere.
 */
export const standInSecrets: SecretDesk = {
  open: (_whose, name) => Promise.resolve({ name, version: 1, value: `stand-in for the secret ${name}`, hosts: [] }),
}
