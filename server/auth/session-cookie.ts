import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseCookie, stringifySetCookie } from 'cookie'

export const sessionCookieName = 'holdfast_session'
export const sessionDays = 30

export function sessionTokenOf(req: IncomingMessage): string | undefined {
  return parseCookie(req.headers.cookie ?? '')[sessionCookieName]
}

// Sent with calls of the API only: pages made by flows below /hooks never see it come in.
const attributes = { httpOnly: true, sameSite: 'lax', path: '/api' } as const

export function setSessionCookie(res: ServerResponse, token: string, secure: boolean): void {
  res.appendHeader(
    'Set-Cookie',
    stringifySetCookie({ name: sessionCookieName, value: token, ...attributes, secure, maxAge: sessionDays * 86_400 }),
  )
}

export function clearSessionCookie(res: ServerResponse, secure: boolean): void {
  res.appendHeader('Set-Cookie', stringifySetCookie({ name: sessionCookieName, value: '', ...attributes, secure, maxAge: 0 }))
}
