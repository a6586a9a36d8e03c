import { validateHeaderName, validateHeaderValue, type ServerResponse } from 'node:http'
import type { Log, Reply } from '#engine/index.ts'
import type { JsonText } from '#shared/json.ts'

/** Headers a flow can't set: they concern the connection, the whole host, or who is signed in to it. */
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
])

/** Writes what a run answers to whoever called: its `respond` step's reply, or its end. */
export function sendReply(res: ServerResponse, reply: Reply, run: { runId: string; requestId: string; log: Log }): void {
  if (reply.kind === 'respond') {
    const isStatus = Number.isInteger(reply.status) && reply.status >= 200 && reply.status <= 599
    if (!isStatus) {
      sendFailure(res, { code: 'invalid_input', runId: run.runId, requestId: run.requestId })
      return
    }
    res.statusCode = reply.status
    setHeaders(res, reply.headers, run)
    sendBody(res, reply.body)
    return
  }
  if (reply.status === 'succeeded') {
    res.statusCode = 200
    sendBody(res, reply.output)
    return
  }
  sendFailure(res, { code: reply.error?.code ?? 'cancelled', runId: run.runId, requestId: run.requestId })
}

function setHeaders(res: ServerResponse, headers: { [name: string]: string }, run: { runId: string; log: Log }): void {
  for (const [name, value] of Object.entries(headers)) {
    if (reservedHeaders.has(name.toLowerCase())) continue
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      // The value may be a stranger's data, so only the run is named.
      run.log.warn({ runId: run.runId }, 'a flow answered with a header that can’t be sent; it was left out')
      continue
    }
    res.setHeader(name, value)
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
  const isJson = /^application\/json|\+json/i.test(String(res.getHeader('Content-Type')))
  res.end(isText && !isJson ? value : body)
}

/** Says that the run failed and which one it was, and nothing of why: the caller may be anybody. */
function sendFailure(res: ServerResponse, facts: { code: string; runId: string; requestId: string }): void {
  res.statusCode = 500
  res.setHeader('Content-Type', 'application/problem+json')
  res.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'The run did not succeed.',
      ...facts,
    }),
  )
}
