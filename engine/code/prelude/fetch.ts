import type { FetchHead, ReplyHead } from '../runner/messages.ts'
import { bytesFromLatin1, bytesOf, latin1FromBytes, textFromUtf8, utf8FromText } from './bytes.ts'
import { callHost, type Reply } from './calls.ts'
import { jsonFrom, parseJson } from './host.ts'
import { makeHeaders } from './headers.ts'
import { mostCallBytes } from './limits.ts'
import { isBetweenSteps, requestCall } from './requests.ts'
import { withFacts } from './thrown.ts'

/** A body is held as it came: as text, or as a string of one character a byte. */
type Body = { form: 'text' | 'latin1'; text: string } | undefined

interface SignalLike {
  aborted: boolean
  reason: unknown
  addEventListener(type: 'abort', run: () => void, options: { once: true }): void
}

interface RequestInit {
  method?: unknown
  headers?: unknown
  body?: unknown
  redirect?: unknown
  signal?: SignalLike | null
}

export function makeFetchClasses(): { [name: string]: unknown } {
  const Headers = makeHeaders()

  class WithBody {
    readonly headers = new Headers()
    bodyUsed = false
    #body: Body
    protected take(): Body {
      if (this.bodyUsed) throw new TypeError('The body was already read')
      this.bodyUsed = this.#body !== undefined
      return this.#body
    }
    protected peek(): Body {
      return this.#body
    }
    protected hold(body: Body) {
      this.#body = body
    }
    async text() {
      const body = this.take()
      const text = body === undefined ? '' : body.form === 'text' ? body.text : textFromUtf8(bytesFromLatin1(body.text))
      return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
    }
    async json(): Promise<unknown> {
      return parseJson(await this.text())
    }
    async bytes() {
      const body = this.take()
      return body === undefined ? new Uint8Array() : body.form === 'text' ? utf8FromText(body.text) : bytesFromLatin1(body.text)
    }
    async arrayBuffer() {
      return (await this.bytes()).buffer
    }
  }

  class Request extends WithBody {
    readonly url: string
    readonly method: string
    readonly redirect: string
    readonly signal: SignalLike | null
    constructor(input: unknown, init: RequestInit = {}) {
      super()
      const from = input instanceof Request ? input : undefined
      this.url = from ? from.url : new URL(String(input)).href
      const method = String(init.method ?? from?.method ?? 'GET')
      this.method = /^(get|head|post|put|delete|options|patch)$/i.test(method) ? method.toUpperCase() : method
      this.redirect = String(init.redirect ?? from?.redirect ?? 'follow')
      this.signal = init.signal ?? from?.signal ?? null
      for (const [name, value] of new Headers(init.headers ?? from?.headers).pairs()) this.headers.set(name, value)
      const { body, type } = init.body === undefined && from ? { body: from.take(), type: undefined } : bodyFrom(init.body)
      if (body !== undefined && (this.method === 'GET' || this.method === 'HEAD'))
        throw new TypeError(`A ${this.method} request has no body`)
      if (type !== undefined && !this.headers.has('content-type')) this.headers.set('content-type', type)
      this.hold(body)
    }
    clone() {
      const copy = new Request(this.url, {
        method: this.method,
        headers: this.headers,
        redirect: this.redirect,
        signal: this.signal,
      })
      copy.hold(this.peek())
      return copy
    }
    static bodyOf(request: Request): Body {
      return request.take()
    }
  }

  class Response extends WithBody {
    status: number
    statusText: string
    url = ''
    redirected = false
    readonly type = 'default'
    /** Streams are not available here; `text()`, `json()` and `bytes()` read the whole body. */
    readonly body = null
    constructor(value?: unknown, init: { status?: unknown; statusText?: unknown; headers?: unknown } = {}) {
      super()
      this.status = Number(init.status ?? 200)
      this.statusText = String(init.statusText ?? '')
      for (const [name, held] of new Headers(init.headers).pairs()) this.headers.append(name, held)
      const { body, type } = bodyFrom(value)
      if (type !== undefined && !this.headers.has('content-type')) this.headers.set('content-type', type)
      this.hold(body)
    }
    get ok() {
      return this.status >= 200 && this.status <= 299
    }
    clone() {
      if (this.bodyUsed) throw new TypeError('The body was already read')
      const copy = new Response(undefined, this)
      copy.url = this.url
      copy.redirected = this.redirected
      copy.hold(this.peek())
      return copy
    }
    static json(value: unknown, init: { status?: unknown; headers?: unknown } = {}) {
      const headers = new Headers(init.headers)
      if (!headers.has('content-type')) headers.set('content-type', 'application/json')
      return new Response(jsonFrom(value), { ...init, headers })
    }
    static error() {
      return new Response(undefined, { status: 0 })
    }
    static from(head: ReplyHead & { ok: true }, form: 'text' | 'latin1', body: string) {
      const response = new Response(undefined, head)
      response.url = head.url
      response.redirected = head.redirected
      response.hold({ form, text: body })
      return response
    }
  }
  const { bodyOf } = Request
  const responseFrom = Response.from
  Reflect.deleteProperty(Request, 'bodyOf')
  Reflect.deleteProperty(Response, 'from')

  async function fetch(input: unknown, init?: RequestInit) {
    // Taken now, while the caller is on the stack: the failure comes when it no longer is.
    const site = new TypeError('fetch failed')
    const request = new Request(input, init)
    const { signal } = request
    if (signal?.aborted) throw signal.reason
    const body = bodyOf(request)
    if ((body?.text.length ?? 0) > mostCallBytes)
      throw withFacts(new RangeError('The body is larger than 10 MiB'), { kind: 'call_limit' })
    const head: FetchHead & { form: string } = {
      url: request.url,
      method: request.method,
      headers: request.headers.pairs(),
      followRedirects: request.redirect === 'follow',
      form: body?.form ?? 'none',
    }
    const reply = send(head, body)
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
    )
    const { head: answer, form, body: answerBody } = await (signal ? Promise.race([reply, aborted]) : reply)
    if (!answer.ok) throw asFailure(site, answer)
    if (request.redirect === 'error' && answer.status >= 300 && answer.status < 400)
      throw asFailure(site, { code: 'network_error', message: 'The answer is a redirect' })
    return responseFrom(answer, form, answerBody)
  }

  return { Headers, Request, Response, fetch }
}

/** Between the steps of code that uses `step`, a reply is recorded and never asked for again. */
function send(head: FetchHead & { form: string }, body: Body): Promise<Reply> {
  if (!isBetweenSteps()) return callHost('fetch', jsonFrom(head), body?.text ?? '')
  const { form: _, ...options } = head
  const { host, pathname } = new URL(head.url)
  const parts = body === undefined ? { options } : { options, body: body.text, form: body.form }
  return requestCall('fetch', `${head.method} ${host}${pathname}`, parts).catch((error: unknown) => ({
    head: { ok: false, code: text(error, 'code'), message: text(error, 'message') },
    form: 'text',
    body: '',
  }))
}

function text(error: unknown, key: string): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, key)) : ''
}

function bodyFrom(value: unknown): { body: Body; type: string | undefined } {
  if (value === undefined || value === null) return { body: undefined, type: undefined }
  if (typeof value === 'string') return { body: { form: 'text', text: value }, type: 'text/plain;charset=UTF-8' }
  const bytes = bytesOf(value)
  if (bytes !== undefined) return { body: { form: 'latin1', text: latin1FromBytes(bytes) }, type: undefined }
  const text = String(value)
  const isForm = Object.prototype.toString.call(value) === '[object URLSearchParams]'
  if (!isForm && text === '[object Object]') throw new TypeError('A body is text or bytes: use JSON.stringify(…) for an object')
  return {
    body: { form: 'text', text },
    type: isForm ? 'application/x-www-form-urlencoded;charset=UTF-8' : 'text/plain;charset=UTF-8',
  }
}

function asFailure(site: TypeError, { code, message }: { code: string; message: string }): TypeError {
  const stack = site.stack ?? ''
  site.message = message
  Object.defineProperty(site, 'stack', {
    value: `TypeError: ${message}${stack.slice(stack.indexOf('\n'))}`,
    configurable: true,
    writable: true,
  })
  Object.defineProperty(site, 'code', { value: code, configurable: true, writable: true })
  return withFacts(site, { kind: code })
}
