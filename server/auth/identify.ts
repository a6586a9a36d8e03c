import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Pool } from 'pg'
import { AppError } from '#shared/errors.ts'
import { keyScopes } from '#shared/permissions.ts'
import { findApiKey } from '../db/find-api-key.ts'
import { findOwner } from '../db/find-owner.ts'
import { findSession } from '../db/find-session.ts'
import type { Caller } from './caller.ts'
import { hashToken } from './secret-token.ts'
import { sessionTokenOf } from './session-cookie.ts'

interface Sources {
  pool: Pool
  /** The workspace that keys of the environment belong to. */
  workspaceId: string
  /** HOLDFAST_API_KEY. */
  apiKey: string | undefined
}

/** Who a request is from; throws `unauthenticated` when it doesn't say, or says wrong. */
export async function identify(req: IncomingMessage, sources: Sources): Promise<Caller> {
  const bearer = bearerOf(req)
  const caller = bearer === undefined ? await callerOfSession(req, sources) : await callerOfKey(bearer, sources)
  if (caller === undefined)
    throw new AppError('unauthenticated', bearer === undefined ? 'Sign in first.' : 'This API key is not valid.')
  return caller
}

/** The key a program sends; such a request carries nothing a browser would add by itself. */
export function bearerOf(req: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1]
}

async function callerOfKey(key: string, sources: Sources): Promise<Caller | undefined> {
  const keyHash = hashToken(key)
  if (sources.apiKey !== undefined && timingSafeEqual(keyHash, hashToken(sources.apiKey))) {
    const owner = await findOwner(sources.pool, sources.workspaceId)
    return {
      actor: 'HOLDFAST_API_KEY',
      userId: owner?.id,
      workspaceId: sources.workspaceId,
      email: owner?.email ?? '',
      name: owner?.name ?? '',
      role: 'owner',
      scopes: keyScopes,
    }
  }
  const found = await findApiKey(sources.pool, keyHash)
  return found && { actor: found.keyId, ...found }
}

async function callerOfSession(req: IncomingMessage, sources: Sources): Promise<Caller | undefined> {
  const token = sessionTokenOf(req)
  if (token === undefined) return undefined
  const tokenHash = hashToken(token)
  const wanted = req.headers['holdfast-workspace']
  const session = await findSession(sources.pool, tokenHash, typeof wanted === 'string' ? wanted : undefined)
  if (session !== undefined) return { actor: session.userId, ...session }
  // Somebody else's workspace looks the same as one that isn't there.
  if (wanted !== undefined && (await findSession(sources.pool, tokenHash, undefined)) !== undefined)
    throw new AppError('not_found', 'There is no such workspace.')
  return undefined
}
