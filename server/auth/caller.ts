import type { KeyScope, Role } from '#shared/permissions.ts'

/** Who a request is from, in one workspace. */
export interface Caller {
  /** What the audit log and a run's `startedBy` name: the user, or the key they called with. */
  actor: string
  /** Undefined only for the key of the environment before there is an owner. */
  userId: string | undefined
  workspaceId: string
  email: string
  name: string
  /** The person's role; a key can't do more than the person who made it. */
  role: Role
  /** Present for API keys. */
  scopes?: readonly KeyScope[]
}
