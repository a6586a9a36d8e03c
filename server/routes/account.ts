import { withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import { hashPassword, checkNewPassword, isPassword } from '../auth/password.ts'
import { hashToken, newSecretToken } from '../auth/secret-token.ts'
import { clearSessionCookie, sessionDays, sessionTokenOf, setSessionCookie } from '../auth/session-cookie.ts'
import { countLoginAttempts } from '../db/count-login-attempts.ts'
import { deleteLoginAttempts } from '../db/delete-login-attempts.ts'
import { deleteSession } from '../db/delete-session.ts'
import { deleteSetupTokens } from '../db/delete-setup-tokens.ts'
import { findAccount } from '../db/find-account.ts'
import { findOwner } from '../db/find-owner.ts'
import { findSession } from '../db/find-session.ts'
import { hasSetupToken } from '../db/has-setup-token.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { insertLoginAttempt } from '../db/insert-login-attempt.ts'
import { insertOwner } from '../db/insert-owner.ts'
import { insertSession } from '../db/insert-session.ts'
import { lockInstance } from '../db/lock-instance.ts'
import { lockLoginAttempts } from '../db/lock-login-attempts.ts'
import type { Queryable } from '../db/queryable.ts'
import type { Deps } from '../deps.ts'
import { isLoopbackCaller } from '../http/loopback.ts'
import { newId } from '../new-id.ts'
import type { Handlers } from '../route.ts'

const attemptLimit = 10
const attemptWindowMinutes = 15

/** Set-up, signing in and out, and who is calling. */
export function accountHandlers(deps: Deps): Pick<Handlers, 'setup' | 'setupState' | 'login' | 'logout' | 'me'> {
  const { pool, settings } = deps
  const isSecure = settings.publicUrl.startsWith('https:')

  return {
    async setupState({ req }) {
      const needed = (await findOwner(pool, settings.workspaceId)) === undefined
      return { needed, tokenNeeded: needed && !(settings.listensOnLoopback && isLoopbackCaller(req, settings.trustedProxies)) }
    },

    async setup({ body, req, res, address }) {
      if ((await findOwner(pool, settings.workspaceId)) !== undefined) throw setupIsOver()
      const mayLeaveOut = settings.listensOnLoopback && isLoopbackCaller(req, settings.trustedProxies)
      const isTokenRight = body.token === undefined ? mayLeaveOut : await hasSetupToken(pool, hashToken(body.token))
      if (!isTokenRight)
        throw new AppError(
          'forbidden',
          'Open the set-up link that Holdfast printed when it started: it holds the token needed here.',
        )
      checkNewPassword(body.password)
      const passwordHash = await hashPassword(body.password)
      const userId = newId('user')
      const owner = { workspaceId: settings.workspaceId, userId, email: body.email, name: body.name, passwordHash }
      const token = await withTransaction(pool, async (client) => {
        await lockInstance(client)
        if (!(await insertOwner(client, owner))) throw setupIsOver()
        await deleteSetupTokens(client)
        await insertAudit(client, { action: 'owner.created', workspaceId: settings.workspaceId, actor: userId, address })
        return beginSession(client, userId, settings.workspaceId)
      })
      setSessionCookie(res, token, isSecure)
      return { id: userId, email: body.email.toLowerCase(), name: body.name, role: 'owner', workspaceId: settings.workspaceId }
    },

    async login({ body, req, res, address }) {
      const attempts = await withTransaction(pool, async (client) => {
        await lockLoginAttempts(client, body.email, address)
        await insertLoginAttempt(client, body.email, address, attemptWindowMinutes)
        return countLoginAttempts(client, body.email, address, attemptWindowMinutes)
      })
      if (attempts > attemptLimit)
        throw new AppError('rate_limited', `Too many failed attempts. Try again in ${attemptWindowMinutes} minutes.`, {
          retryAfterMs: attemptWindowMinutes * 60_000,
        })
      const account = await findAccount(pool, body.email)
      const isRight = await isPassword(body.password, account?.passwordHash)
      const workspaceId = account?.workspaceId
      if (!isRight || account === undefined || workspaceId === undefined) {
        await insertAudit(pool, { action: 'login.failed', workspaceId, actor: account?.userId, address })
        throw new AppError('unauthenticated', 'The e-mail address or the password is wrong.')
      }
      const before = sessionTokenOf(req)
      const token = await withTransaction(pool, async (client) => {
        await deleteLoginAttempts(client, body.email, address)
        // Signing in gives a new session: one that somebody planted in this browser is worth nothing.
        if (before !== undefined) await deleteSession(client, hashToken(before))
        await insertAudit(client, { action: 'login.succeeded', workspaceId, actor: account.userId, address })
        return beginSession(client, account.userId, workspaceId)
      })
      const session = await findSession(pool, hashToken(token), undefined)
      if (session === undefined) throw new AppError('unauthenticated', 'The e-mail address or the password is wrong.')
      setSessionCookie(res, token, isSecure)
      return {
        id: session.userId,
        email: session.email,
        name: session.name,
        role: session.role,
        workspaceId: session.workspaceId,
      }
    },

    async logout({ req, res, caller, address }) {
      const token = sessionTokenOf(req)
      if (token !== undefined && caller.scopes === undefined) {
        await withTransaction(pool, async (client) => {
          await deleteSession(client, hashToken(token))
          await insertAudit(client, { action: 'logout', workspaceId: caller.workspaceId, actor: caller.actor, address })
        })
      }
      clearSessionCookie(res, isSecure)
      return undefined
    },

    async me({ caller }) {
      return {
        id: caller.userId ?? caller.actor,
        email: caller.email,
        name: caller.name,
        role: caller.role,
        workspaceId: caller.workspaceId,
      }
    },
  }
}

/** Begins a session inside a transaction; its token goes to the browser only once that stands. */
async function beginSession(db: Queryable, userId: string, workspaceId: string): Promise<string> {
  const token = newSecretToken('hfs_')
  await insertSession(db, { id: newId('session'), tokenHash: hashToken(token), userId, workspaceId, days: sessionDays })
  return token
}

function setupIsOver(): AppError {
  return new AppError('not_found', 'This Holdfast has its owner already. Sign in instead.')
}
