import { validateHeaderName, validateHeaderValue, type ServerResponse } from 'node:http'
import type { Log, Reply } from '#engine/index.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { mediaTypeOf } from '#shared/media-type.ts'
import { inlineBytesFrom, storedFileFrom } from '#shared/stored-file.ts'
import type { Deps } from '../deps.ts'
import { type FileToSend, findFileToSend } from '../files/sent-file.ts'
import { attachment } from '../http/attachment.ts'

/** Headers a flow can't set: they concern the connection, the whole host, who is signed in to it, or what a proxy does. */
const reservedHeaders = new Set([
  'set-cookie',
  'set-cookie2',
  'service-worker-allowed',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'x-content-type-options',
  'strict-transport-security',
  'alt-svc',
  'nel',
  'report-to',
  'reporting-endpoints',
  'origin-agent-cluster',
  'accept-ch',
  'critical-ch',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'request-id',
  'date',
  'x-sendfile',
  'x-lighttpd-send-file',
  'x-lighttpd-send-tempfile',
  'x-litespeed-location',
  'x-reproxy-url',
  'x-reproxy-file',
])

/** With those of the last kinds, nginx and others answer from what only they can reach. */
function isReserved(name: string): boolean {
  return reservedHeaders.has(name) || name.startsWith('x-accel-')
}

interface AnsweringRun {
  workspaceId: string
  runId: string
  requestId: string
  /** Which pages may read it is settled by the trigger, not by the answer. */
  pagesAreSaid: boolean
}

/** Writes what a run answers to whoever called: its `respond` step's reply, or its end. */
export async function sendReply(
  { pool, log }: Pick<Deps, 'pool' | 'log'>,
  res: ServerResponse,
  reply: Reply,
  run: AnsweringRun,
): Promise<void> {
  if (reply.kind === 'respond') {
    const isStatus = Number.isInteger(reply.status) && reply.status >= 200 && reply.status <= 599
    if (!isStatus) {
      sendFailure(res, 'invalid_input', run)
      return
    }
    const value: Json | undefined = mayBeFile(reply.body) ? JSON.parse(reply.body) : undefined
    const file = storedFileFrom(value)
    const stored = file && (await findFileToSend(pool, run.workspaceId, file.$file))
    if (file && stored === undefined) {
      sendFailure(res, 'not_found', run)
      return
    }
    res.statusCode = reply.status
    setHeaders(res, reply.headers, run, log)
    if (stored) await sendStored(res, stored)
    else if (!sendInlineBytes(res, value)) sendBody(res, reply.body)
    return
  }
  if (reply.status === 'succeeded') {
    res.statusCode = 200
    sendBody(res, reply.output)
    return
  }
  sendFailure(res, reply.error?.code ?? 'cancelled', run)
}

/** Most answers aren't, and need not be read for it. */
function mayBeFile(body: JsonText | null): body is JsonText {
  return body !== null && /^\s*\{/.test(body) && (body.includes('"$file"') || body.includes('"base64"'))
}

/** Bytes that stand in the data are sent as such where the flow says what they are: else they are data like any other. */
function sendInlineBytes(res: ServerResponse, value: Json | undefined): boolean {
  const inline = inlineBytesFrom(value)
  if (inline === undefined || !res.hasHeader('Content-Type') || isSentAsJson(res)) return false
  if (res.statusCode === 204 || res.statusCode === 304) res.end()
  else res.end(Buffer.from(inline.base64, 'base64'))
  return true
}

async function sendStored(res: ServerResponse, file: FileToSend): Promise<void> {
  if (!res.hasHeader('Content-Type')) res.setHeader('Content-Type', mediaTypeOf(file.type))
  if (!res.hasHeader('Content-Disposition')) res.setHeader('Content-Disposition', attachment(file.name))
  if (res.statusCode === 204 || res.statusCode === 304) {
    res.end()
    return
  }
  res.setHeader('Content-Length', file.size)
  await file.send(res)
}

function setHeaders(res: ServerResponse, headers: { [name: string]: string }, run: AnsweringRun, log: Log): void {
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (isReserved(lower) || (run.pagesAreSaid && lower.startsWith('access-control-'))) continue
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      // The value may be a stranger's data, so only the run is named.
      log.warn({ runId: run.runId }, 'a flow answered with a header that can’t be sent; it was left out')
      continue
    }
    // What we say of it ourselves stays said.
    if (lower === 'vary') res.appendHeader(name, value)
    else res.setHeader(name, value)
  }
}

/** A text is sent as text, everything else as JSON, unless the flow said what it is. */
function sendBody(res: ServerResponse, body: JsonText | null): void {
  if (body === null || res.statusCode === 204 || res.statusCode === 304) {
    res.end()
    return
  }
  const value: unknown = body.trimStart().startsWith('"') ? JSON.parse(body) : undefined
  const isText = typeof value === 'string'
  if (!res.hasHeader('Content-Type')) res.setHeader('Content-Type', isText ? 'text/plain; charset=utf-8' : 'application/json')
  res.end(isText && !isSentAsJson(res) ? value : body)
}

function isSentAsJson(res: ServerResponse): boolean {
  return /^application\/json|\+json/i.test(String(res.getHeader('Content-Type')))
}

/** Says that the run failed and which one it was, and nothing of why: the caller may be anybody. */
function sendFailure(res: ServerResponse, code: string, { runId, requestId }: AnsweringRun): void {
  res.statusCode = 500
  res.setHeader('Content-Type', 'application/problem+json')
  res.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'The run did not succeed.',
      code,
      runId,
      requestId,
    }),
  )
}
