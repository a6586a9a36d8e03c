import type { z } from 'zod'
import { ProblemDetails, type Route } from '#shared/api.ts'
import { CommandError, exitCodes } from './command-error.ts'
import type { ServerChoice } from './choose-server.ts'

const timeoutMs = 120_000

export interface Request {
  params?: { [name: string]: string }
  query?: { [name: string]: string }
  body?: unknown
}

/** The HTTP API with an API key. What the server refuses is thrown as ApiRefusal, what keeps it from answering as CommandError. */
export interface ApiClient {
  readonly url: string
  call<S extends z.ZodType>(route: Route & { reply: S }, request?: Request): Promise<z.output<S>>
  /** The answer as it is written, for data that is kept to the letter. */
  text(route: Route, request?: Request): Promise<string>
}

/** What the server said instead of an answer. */
export class ApiRefusal extends CommandError {
  readonly problem: ProblemDetails
  constructor(message: string, problem: ProblemDetails) {
    super(exitCodes.server, message)
    this.name = 'ApiRefusal'
    this.problem = problem
  }
}

export function createApiClient({ url, key }: ServerChoice): ApiClient {
  async function text(route: Route, request: Request = {}): Promise<string> {
    const response = await send(route, request)
    const answer = await response.text().catch((cause: unknown) => {
      throw new CommandError(exitCodes.server, `The answer of ${url} was cut off. Try again.`, cause)
    })
    if (response.ok && isJson(answer)) return answer
    throw refusalFrom(response, answer)
  }

  async function send(route: Route, { params = {}, query = {}, body }: Request): Promise<Response> {
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
    const search = new URLSearchParams(query).toString()
    try {
      return await fetch(`${url}/api/v1${path}${search === '' ? '' : `?${search}`}`, {
        method: route.method,
        headers: {
          authorization: `Bearer ${key}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // The key is for this address, not for where it may point.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (cause) {
      throw new CommandError(
        exitCodes.server,
        `No server answers at ${url}${reasonOf(cause)}. Start it with \`npm start\`, or set HOLDFAST_URL to the address of yours.`,
        cause,
      )
    }
  }

  function refusalFrom(response: Response, answer: string): CommandError {
    const problem = /json/.test(response.headers.get('content-type') ?? '') ? readProblem(answer) : undefined
    if (problem === undefined)
      return new CommandError(
        exitCodes.server,
        response.status >= 300 && response.status < 400
          ? `${url} points to ${response.headers.get('location') ?? 'another address'}; set HOLDFAST_URL to the address it ends at.`
          : `What answers at ${url} is not Holdfast's API (status ${response.status}). Check HOLDFAST_URL.`,
      )
    return new ApiRefusal(explain(problem), problem)
  }

  function explain(problem: ProblemDetails): string {
    switch (problem.code) {
      case 'unauthenticated':
        return `${url} does not know this key. Check HOLDFAST_API_KEY: it may belong to another server, or have ended.`
      case 'forbidden':
        return `${problem.detail} The key in HOLDFAST_API_KEY must be one that may build.`
      default:
        return [problem.detail, ...(problem.errors ?? []).map(({ path, message }) => `  ${path}: ${message}`)].join('\n')
    }
  }

  return {
    url,
    text,
    async call(route, request) {
      const answer: unknown = JSON.parse(await text(route, request))
      const read = route.reply.safeParse(answer)
      if (read.success) return read.data
      throw new CommandError(
        exitCodes.server,
        `${url} answers in a form this version does not know. Use the version of the server's: update this checkout of Holdfast.`,
        read.error,
      )
    },
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function readProblem(answer: string): ProblemDetails | undefined {
  try {
    return ProblemDetails.safeParse(JSON.parse(answer)).data
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.name === 'TimeoutError') return ` within ${timeoutMs / 1000} seconds`
  const { cause } = error
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
}
