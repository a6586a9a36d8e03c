import type { IncomingMessage, ServerResponse } from 'node:http'
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { routes, type Route, type RouteBody, type RouteName, type RouteQuery, type RouteReply } from '#shared/api.ts'
import { AppError } from '#shared/errors.ts'
import { permissions } from '#shared/permissions.ts'
import { authorize, type Grant } from './auth/authorize.ts'
import type { Caller } from './auth/caller.ts'
import { bearerOf, identify } from './auth/identify.ts'
import { refuseForeignOrigin } from './auth/refuse-foreign-origin.ts'
import type { Deps } from './deps.ts'
import { clientAddress } from './http/client-address.ts'
import { requestIdOf } from './http/request-id.ts'
import { parseStrictJson, refuseProto } from './http/strict-json.ts'
import { strictText } from './http/strict-text.ts'

type PathParams<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? { [K in Name]: string } & PathParams<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? { [K in Name]: string }
    : unknown
type RouteOf<N extends RouteName> = (typeof routes)[N]

/** One request to a route of shared/api.ts, read and allowed. */
export interface Call<N extends RouteName> {
  params: PathParams<RouteOf<N>['path']>
  query: RouteQuery<N>
  body: RouteBody<N>
  /** The body as it was sent, for data that is kept to the letter. */
  bodyText: string
  caller: RouteOf<N>['permission'] extends 'anyone' ? undefined : Caller
  /** `own`: only what the caller started or made. */
  grant: Grant
  address: string
  requestId: string
  req: IncomingMessage
  res: ServerResponse
  /** Answers with another success status than the route's usual one. */
  setStatus: (status: number) => void
}

/** A reply whose text is sent as it is, because parsing and writing it again would change the data in it. */
export class ExactJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Stream routes write their answer themselves and give nothing back. */
export type Handler<N extends RouteName> = (
  call: Call<N>,
) => Promise<RouteOf<N> extends { stream: true } ? undefined : RouteReply<N> | ExactJson>
export type Handlers = { [N in RouteName]: Handler<N> }

interface AnyCall {
  params: unknown
  query: unknown
  body: unknown
  bodyText: string
  caller: Caller | undefined
  grant: Grant
  address: string
  requestId: string
  req: IncomingMessage
  res: ServerResponse
  setStatus: (status: number) => void
}
/** Any route's handler: what its route's schemas have read is what it takes, so the types are left to the table. */
type AnyHandler = { handle(call: AnyCall): Promise<unknown> }['handle']

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const

/** Bodies of these hold people's data, where any key may occur; their handlers look after what else is in them. */
const dataRoutes: ReadonlySet<string> = new Set<RouteName>([
  'startRun',
  'putSample',
  'testStep',
  'resolveStep',
  'replayRun',
  'bulkRuns',
  'sendEvent',
  'signalRun',
])

/**
 * Binds every route of the table to its handler: caller and permission first, then the body, then the handler, then
 * the reply, each read by its schema. Throws for a route without a handler or without an entry in the permission table.
 */
export function bindRoutes(handlers: Handlers, deps: Deps): Router {
  const router = Router()
  const methodsOf = new Map<string, string[]>()
  const table: { [name: string]: AnyHandler | undefined } = handlers
  for (const [name, route] of Object.entries<Route>(routes)) {
    const handler = table[name]
    if (handler === undefined) throw new Error(`The route ${name} has no handler.`)
    if (route.permission !== 'anyone' && route.permission !== 'signedIn' && !Object.hasOwn(permissions, route.permission))
      throw new Error(`The route ${name} names a permission that is not in the table.`)
    methodsOf.set(route.path, [...(methodsOf.get(route.path) ?? []), route.method])
    router[verbs[route.method]](route.path, serving(name, route, handler, deps))
  }
  for (const [path, methods] of methodsOf) {
    router.all(path, (_req, res) => {
      res.setHeader('Allow', methods.join(', '))
      throw new AppError('method_not_allowed', `This address takes ${methods.join(', ')}.`)
    })
  }
  return router
}

function serving(name: string, route: Route, handler: AnyHandler, deps: Deps) {
  return async (req: Request, res: Response): Promise<void> => {
    // Where a browser's page can't have sent it, nothing was added by the browser either.
    if (bearerOf(req) === undefined) refuseForeignOrigin(req, deps.settings.publicUrl)
    const caller = route.permission === 'anyone' ? undefined : await identify(req, { pool: deps.pool, ...deps.settings })
    const grant = caller === undefined || route.permission === 'anyone' ? true : authorize(route.permission, caller)
    const query = read(route.query, req.query, 'query')
    const bodyText = route.body === undefined ? '' : await readJsonText(req, res, deps)
    const bodyValue = bodyText === '' ? {} : parseStrictJson(bodyText, deps.settings.maxJsonDepth)
    if (!dataRoutes.has(name)) refuseProto(bodyText, bodyValue)
    const body = read(route.body, bodyValue, 'body')
    let { status }: { status: number } = route
    const reply = await handler({
      params: req.params,
      query,
      body,
      bodyText,
      caller,
      grant,
      address: clientAddress(req, deps.settings.trustedProxies),
      requestId: requestIdOf(res),
      req,
      res,
      setStatus: (other: number) => (status = other),
    })
    if (route.stream) return
    res.statusCode = status
    if (route.reply === undefined) {
      res.end()
      return
    }
    res.setHeader('Content-Type', 'application/json')
    res.end(reply instanceof ExactJson ? reply.text : JSON.stringify(route.reply.parse(reply)))
  }
}

/** A body that is left out counts as an empty one, so that `POST …/publish` needs none. */
async function readJsonText(req: Request, res: Response, deps: Deps): Promise<string> {
  // Forms of other sites can send text and form data without asking first, but never this.
  const type = req.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isJson = type === 'application/json' || type.endsWith('+json')
  if (!isJson && Number(req.headers['content-length'] ?? 0) > 0) throw notJson()
  const bytes = await deps.readBody(req, res)
  if (bytes.length === 0) return ''
  if (!isJson) throw notJson()
  return strictText(bytes)
}

function notJson(): AppError {
  return new AppError('unsupported_media_type', 'Send JSON, with the header Content-Type: application/json.')
}

function read(schema: z.ZodType | undefined, value: unknown, place: 'query' | 'body'): unknown {
  if (schema === undefined) return {}
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.slice(0, 50).map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = errors[0]
  throw new AppError(
    'invalid_request',
    `The ${place} is not what this address takes: ${first?.path ? `${first.path}: ` : ''}${first?.message ?? ''}`,
    { errors },
  )
}
