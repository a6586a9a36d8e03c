import { AppError, isAppError } from '#shared/errors.ts'
import type { EgressFetch, EgressRequest } from '../ports.ts'
import { allowedRangesFrom } from './check-address.ts'
import { assertAllowedHost } from './check-host.ts'
import type { Lookup } from './dial.ts'
import { egressLimits } from './egress-limits.ts'
import { fillIn } from './fill-in.ts'
import { networkWords } from './network-words.ts'
import type { Send } from './open-way.ts'
import { discardBody, readBody } from './read-body.ts'
import { hopAfter, type Hop } from './redirect.ts'

export interface EgressOptions {
  /** CIDR ranges that may be called although they are private. */
  allowPrivate: readonly string[]
  /** Instead of the system's resolver. */
  lookup?: Lookup
  connectMs?: number
  idleMs?: number
}

/** Set by the connection itself; a caller's value could smuggle a second request or misdirect the first. */
const ownHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'content-length',
  'te',
  'trailer',
  'upgrade',
  'expect',
])

/**
 * Makes the one way out of the house. Every connection goes to an address that was resolved once and checked, every
 * redirect is checked again, and credentials don't follow to another host.
 *
 * Fails with `egress_denied`, `network_error`, `timeout`, `too_large`, `invalid_input`, or the reason of the signal.
 */
export function createEgress(options: EgressOptions): EgressFetch {
  const dialOptions = {
    allowed: allowedRangesFrom(options.allowPrivate),
    connectMs: options.connectMs ?? egressLimits.connectMs,
    idleMs: options.idleMs ?? egressLimits.idleMs,
    ...(options.lookup ? { lookup: options.lookup } : {}),
  }
  // With a library of its size that many a server never needs: it comes with the first call.
  let way: Promise<Send> | undefined
  const wayOut = () => (way ??= import('./open-way.ts').then(({ openWay }) => openWay(dialOptions)))

  return async (request) => {
    let hop = firstHop(request)
    const allow = request.allow ?? []
    assertAllowedHost(hop.url, allow)
    let redirects = 0
    const send = await wayOut()
    try {
      for (; ; redirects++) {
        const answer = await send(hop.url, {
          method: hop.method,
          headers: (await fillIn(hop, request.references)).flat(),
          body: hop.body ?? null,
          ...(request.signal ? { signal: request.signal } : {}),
        })
        const next =
          request.followRedirects === false
            ? undefined
            : hopAfter(hop, answer.statusCode, one(answer.headers.location), request.references?.mark)
        if (next === undefined) {
          const isEmpty =
            hop.method === 'HEAD' ||
            answer.statusCode === 204 ||
            answer.statusCode === 304 ||
            answer.headers['content-length'] === '0'
          const encoding = isEmpty ? undefined : one(answer.headers['content-encoding'])
          const body = await readBody(answer.body, encoding, request.maxBytes ?? egressLimits.answerBytes, hop.url.host)
          return {
            url: hop.url.href,
            status: answer.statusCode,
            statusText: answer.statusText,
            headers: pairsFrom(answer.headers),
            body,
            redirected: redirects > 0,
          }
        }
        discardBody(answer.body)
        if (redirects === egressLimits.redirects) {
          throw new AppError('network_error', `${hop.url.host} redirects more than ${egressLimits.redirects} times.`, {
            retryable: false,
          })
        }
        assertWeb(next.url)
        assertAllowedHost(next.url, allow)
        hop = next
      }
    } catch (error) {
      throw egressError(error, hop.url, request.signal, redirects === 0)
    }
  }
}

function firstHop(request: EgressRequest): Hop {
  if (!URL.canParse(request.url))
    throw new AppError('invalid_input', 'The URL is not valid: it must be whole, as in https://example.com/path.')
  const url = new URL(request.url)
  assertWeb(url)
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(request.method) || /^(connect|trace|track)$/i.test(request.method)) {
    throw new AppError('invalid_input', `The method ${request.method.slice(0, 20)} can't be used.`)
  }
  const headers = request.headers.filter(([name]) => !ownHeaders.has(name.toLowerCase()))
  for (const [name, value] of headers) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      throw new AppError('invalid_input', `The header name ${JSON.stringify(name.slice(0, 50))} is not valid.`)
    // Header values are Latin-1 on the wire.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw new AppError('invalid_input', `The value of header ${name} has a character that headers can't hold.`)
  }
  const has = (name: string) => headers.some(([other]) => other.toLowerCase() === name)
  if (!has('accept-encoding')) headers.push(['accept-encoding', 'gzip, deflate, br'])
  if (!has('user-agent')) headers.push(['user-agent', 'Holdfast'])
  if (!has('accept')) headers.push(['accept', '*/*'])
  if (url.username !== '' || url.password !== '') {
    const pair = `${unescaped(url.username)}:${unescaped(url.password)}`
    if (!has('authorization')) headers.push(['authorization', `Basic ${Buffer.from(pair).toString('base64')}`])
    url.username = url.password = ''
  }
  return { url, method: request.method.toUpperCase(), headers, body: request.body }
}

/** Percent signs that start no escape stay as they are. */
function unescaped(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString())
}

function assertWeb(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new AppError('egress_denied', `Only http and https addresses can be called, not ${url.protocol.slice(0, 20)}`)
  }
}

function egressError(error: unknown, url: URL, signal: AbortSignal | undefined, isFirstHop: boolean): unknown {
  if (signal?.aborted) {
    const reason: unknown = signal.reason
    if (isAppError(reason)) return reason
    const isTimeout = reason instanceof Error && reason.name === 'TimeoutError'
    return isTimeout
      ? new AppError('timeout', `${url.host} did not answer in time.`, { cause: error })
      : new AppError('cancelled', `The call to ${url.host} was cancelled.`, { cause: error })
  }
  if (isAppError(error)) {
    return isFirstHop || !error.facts.beforeSending
      ? error
      : new AppError(error.code, error.message, { ...error.facts, beforeSending: false })
  }
  const code = error instanceof Error ? ('code' in error && typeof error.code === 'string' ? error.code : error.name) : ''
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT')
    return new AppError('timeout', `Connecting to ${url.host} took too long.`, { cause: error, beforeSending: isFirstHop })
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return new AppError('timeout', `${url.host} did not answer in time.`, { cause: error })
  const said = (error instanceof Error ? error.message : String(error)).slice(0, 200)
  const details = { ...(code === '' ? {} : { code }), ...(said === '' ? {} : { said }) }
  return new AppError('network_error', networkWords(code, url.host), {
    cause: error,
    details,
    beforeSending: isFirstHop && neverConnected.has(code),
  })
}

/** Nothing can have reached the other side. */
const neverConnected: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function pairsFrom(headers: { [name: string]: string | string[] | undefined }): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): [string, string] => [name, one]),
  )
}
