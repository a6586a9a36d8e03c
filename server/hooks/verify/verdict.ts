import type { IncomingHttpHeaders } from 'node:http'

/** A request as its sender signed it. */
export interface SignedRequest {
  method: string
  /** The address it was sent to, as the sender knows it: with the question, behind whatever proxies. */
  url: string
  headers: IncomingHttpHeaders
  /** To the byte; undefined while only the headers have come. */
  bytes: Buffer | undefined
}

/** Why a request is not believed; stands in the inbox and in the answer. */
export type Distrust =
  | 'signature_missing'
  | 'signature_wrong'
  | 'timestamp_missing'
  | 'timestamp_old'
  | 'secret_unavailable'
  | 'keys_unavailable'
  | 'keys_not_allowed'
  | 'check_unreadable'

/** What a preset answers by itself: nothing is started. */
export interface ReadyAnswer {
  status: number
  type: 'application/json' | 'text/plain'
  body: string
}

/** Neither trusted nor not: it can't be told before the body has come. */
interface Undecided {
  isTrusted: undefined
  reason?: undefined
}

export type Verdict = { isTrusted: false; reason: Distrust } | { isTrusted: true; answer?: ReadyAnswer } | Undecided

/**
 * Looks at a request with the secrets that hold now: two while they are changed over. What the headers alone tell comes
 * first, so that nobody is listened to for long who can't be believed anyway.
 */
export type Check = (request: SignedRequest, secrets: readonly string[], nowMs: number) => Verdict | Promise<Verdict>

export const trusted: Verdict = { isTrusted: true }
export const undecided: Verdict = { isTrusted: undefined }
export const distrust = (reason: Distrust): Verdict => ({ isTrusted: false, reason })
export const answered = (answer: ReadyAnswer): Verdict => ({ isTrusted: true, answer })

export function headerOf(request: SignedRequest, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value[0] : value
}
