import { AppError } from '#shared/errors.ts'
import type { Grant } from '../auth/authorize.ts'
import type { Caller } from '../auth/caller.ts'

/** Who may change only their own doesn't change what somebody else made. */
export function refuseOthers(grant: Grant, caller: Caller, createdBy: string | null, what: 'secret' | 'shared value'): void {
  if (grant === 'own' && (createdBy === null || createdBy !== caller.userId))
    throw new AppError('forbidden', `Somebody else made this ${what}. They or an admin can change it.`)
}
