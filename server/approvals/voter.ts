import type { IncomingMessage } from 'node:http'
import type { LinkedQuestion, Voter } from '#engine/index.ts'
import { isAppError } from '#shared/errors.ts'
import type { Caller } from '../auth/caller.ts'
import { identify } from '../auth/identify.ts'
import { findMembers } from '../db/find-members.ts'
import { listKeyIds } from '../db/list-key-ids.ts'
import type { Deps } from '../deps.ts'

/** A signed-in member as one who answers. */
export async function voterFromCaller({ pool }: Pick<Deps, 'pool'>, caller: Caller, hasLink = false): Promise<Voter> {
  const { userId, email, workspaceId, actor, role } = caller
  const keys = userId === undefined ? [] : await listKeyIds(pool, workspaceId, userId)
  // What the environment's key starts, the owner starts.
  const environment = role === 'owner' ? ['HOLDFAST_API_KEY'] : []
  return {
    id: userId ?? null,
    name: email,
    names: [...(userId === undefined ? [] : [userId]), email, actor, ...keys, ...environment],
    hasLink,
  }
}

/** Whoever opened a link: the one it was made for, else the member who is signed in in this browser, else nobody known. */
export async function voterByLink(deps: Deps, req: IncomingMessage, question: LinkedQuestion): Promise<Voter> {
  const { approver, workspaceId } = question
  if (approver !== undefined) {
    const member = (await findMembers(deps.pool, workspaceId, [approver])).get(approver)
    const names = member === undefined ? [approver] : [member, approver, ...(await listKeyIds(deps.pool, workspaceId, member))]
    return { id: member ?? approver, name: approver, names, hasLink: true }
  }
  const caller = await signedIn(deps, req)
  if (caller?.workspaceId === workspaceId && caller.userId !== undefined) return voterFromCaller(deps, caller, true)
  return { id: null, name: null, names: [], hasLink: true }
}

async function signedIn(deps: Deps, req: IncomingMessage): Promise<Caller | undefined> {
  if (req.headers.cookie === undefined) return undefined
  try {
    return await identify(req, { pool: deps.pool, ...deps.settings })
  } catch (error) {
    // Nobody has to be signed in here.
    if (isAppError(error) && (error.code === 'unauthenticated' || error.code === 'not_found')) return undefined
    throw error
  }
}
