import { AppError } from '#shared/errors.ts'
import type { OpenedSecret, SecretDesk } from '../ports.ts'

export interface DrawnSecret {
  value: string
  hosts?: string[]
  version?: number
}

/** Secrets that lie in memory, for every flow. */
export function secretDrawer(secrets: { [name: string]: DrawnSecret }): SecretDesk {
  return {
    async open(_, name): Promise<OpenedSecret> {
      const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined
      if (!secret) throw new AppError('secret_unavailable', `There is no secret called "${name}".`)
      return { name, version: secret.version ?? 1, value: secret.value, hosts: secret.hosts ?? [] }
    },
  }
}
