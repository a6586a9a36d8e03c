import type { ProblemDetails, RouteBodyInput, RouteName, RouteQueryInput, RouteReply, routes } from '#shared/api.ts'
import { addresses } from './addresses.ts'

type ParamNames<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer Tail}`
    ? Name | ParamNames<`/${Tail}`>
    : Rest
  : never
type Params<N extends RouteName> = { [P in ParamNames<(typeof routes)[N]['path']>]: string | number }

/** What a call takes: the names in the route's path, its query and its body. */
type CallOptions<N extends RouteName> = ([ParamNames<(typeof routes)[N]['path']>] extends [never]
  ? { params?: undefined }
  : { params: Params<N> }) &
  ((typeof routes)[N] extends { body: unknown } ? { body: RouteBodyInput<N> } : { body?: undefined }) &
  ((typeof routes)[N] extends { query: unknown } ? { query?: RouteQueryInput<N> } : { query?: undefined }) & {
    signal?: AbortSignal | undefined
  }

type ProblemBody = Pick<ProblemDetails, 'code' | 'detail' | 'status'> & Partial<ProblemDetails>

/**
 * What the server said instead of an answer. `code` comes from the product's error table, or is `offline` when no
 * answer came at all; `detail` is a sentence for people.
 */
export class ApiProblem extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string
  readonly requestId: string | undefined
  readonly errors: NonNullable<ProblemDetails['errors']>
  readonly problems: NonNullable<ProblemDetails['problems']>
  constructor(body: ProblemBody, cause?: unknown) {
    super(body.detail, cause === undefined ? undefined : { cause })
    this.name = 'ApiProblem'
    this.code = body.code
    this.status = body.status
    this.detail = body.detail
    this.requestId = body.requestId
    this.errors = body.errors ?? []
    this.problems = body.problems ?? []
  }
}

export function isApiProblem(value: unknown): value is ApiProblem {
  return value instanceof ApiProblem
}

/** Anything thrown, as a sentence to show. */
export function problemText(error: unknown): string {
  return isApiProblem(error) ? error.detail : 'Something unexpected happened in this page. Load it again to go on.'
}

function splitAddress(name: RouteName): [method: string, path: string] {
  const [method = '', path = ''] = addresses[name].split(' ')
  return [method, path]
}

/** The address of a route, with its names filled in and its query attached. */
export function routeUrl(
  name: RouteName,
  params: Record<string, string | number> = {},
  query: Record<string, unknown> = {},
): string {
  const [, template] = splitAddress(name)
  const path = template.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) search.set(key, String(value))
  }
  return `/api/v1${path}${search.size > 0 ? `?${search.toString()}` : ''}`
}

/** Routes that need neither params nor a body can be called by name alone. */
type CallArguments<N extends RouteName> =
  Partial<CallOptions<N>> extends CallOptions<N> ? [options?: CallOptions<N>] : [options: CallOptions<N>]

interface LooseOptions {
  params?: Record<string, string | number> | undefined
  query?: Record<string, unknown> | undefined
  body?: unknown
  signal?: AbortSignal | undefined
}

/**
 * Calls one route of the API. Throws an ApiProblem for every other outcome than its answer.
 *
 * The server writes every reply by the schema its type is inferred from; reading it a second time here would only cost
 * time on large outputs.
 */
export async function call<N extends RouteName>(name: N, ...options: CallArguments<N>): Promise<RouteReply<N>> {
  const response = await answerOf(name, Object.assign({}, ...options))
  const reply: RouteReply<N> = response.status === 204 ? undefined : await response.json()
  return reply
}

/** The same as text, in which numbers have all the digits they came with. */
export async function callText<N extends RouteName>(name: N, ...options: CallArguments<N>): Promise<string> {
  return (await answerOf(name, Object.assign({}, ...options))).text()
}

async function answerOf(name: RouteName, { params, query, body, signal }: LooseOptions): Promise<Response> {
  const response = await send(routeUrl(name, params, query), {
    method: splitAddress(name)[0],
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (!response.ok) throw await problemFrom(response)
  return response
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem(
      { code: 'offline', status: 0, detail: 'Holdfast isn’t answering. Check that it is running, then try again.' },
      cause,
    )
  }
}

async function problemFrom(response: Response): Promise<ApiProblem> {
  if (response.headers.get('content-type')?.includes('application/problem+json') === true) {
    const details: ProblemDetails = await response.json()
    return new ApiProblem(details)
  }
  return new ApiProblem({
    code: 'internal',
    status: response.status,
    detail: `Holdfast answered ${response.status} without saying why. Try again in a moment.`,
  })
}
