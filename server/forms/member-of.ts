import type { IncomingMessage } from 'node:http'
import { isAppError } from '#shared/errors.ts'
import { allows } from '../auth/authorize.ts'
import { identify } from '../auth/identify.ts'
import { findMember } from '../db/find-member.ts'
import type { Deps } from '../deps.ts'

export interface Member {
  userId: string
  email: string
}

/** The member of this workspace who asks: signed in, with a key that may start runs, or as the page they send was made for. */
export async function memberOf(
  deps: Deps,
  req: IncomingMessage,
  workspaceId: string,
  madeFor?: string,
): Promise<Member | undefined> {
  // Looked up again: whoever has left since is no member any more.
  if (madeFor !== undefined) return findMember(deps.pool, workspaceId, madeFor)
  try {
    const caller = await identify(req, { pool: deps.pool, ...deps.settings })
    // A form starts a run, which a member may do here whatever their role, and a key only if it was made for that.
    if (caller.scopes !== undefined && !allows('runs.start', caller)) return undefined
    const { userId } = caller
    // A person may be a member of several workspaces, whichever they look at now.
    return userId === undefined ? undefined : await findMember(deps.pool, workspaceId, userId)
  } catch (error) {
    if (isAppError(error) && (error.code === 'unauthenticated' || error.code === 'not_found')) return undefined
    throw error
  }
}
