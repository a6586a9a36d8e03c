import { z } from 'zod'
import type { EgressFetch, EgressRequest, EgressResponse } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import { Json } from '#shared/json.ts'
import { CommandError, exitCodes } from './command-error.ts'

const Reply = z.strictObject({
  status: z.number().int(),
  statusText: z.string().default(''),
  headers: z.array(z.tuple([z.string(), z.string()])).default([]),
  /** As text, or bytes in base64 where it is none. */
  body: z.union([z.string(), z.strictObject({ base64: z.string() })]).default(''),
})

/** What a code step met outside when it was recorded: `samples/<step>.calls.json`. */
const RecordedCalls = z.strictObject({
  fetch: z.array(z.strictObject({ method: z.string(), url: z.string(), reply: Reply })).default([]),
  /** What waits and other flows gave, by the name the code gives them. */
  waits: z.record(z.string(), Json).default({}),
})
export type RecordedCalls = z.infer<typeof RecordedCalls>

/** Never written into a file that people share. */
const privateHeaders = new Set(['set-cookie', 'set-cookie2', 'www-authenticate', 'proxy-authenticate', 'authorization'])

export function readRecordedCalls(path: string, text: string | undefined): RecordedCalls {
  if (text === undefined) return { fetch: [], waits: {} }
  try {
    return RecordedCalls.parse(JSON.parse(text))
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : ''
    throw new CommandError(exitCodes.usage, `${path} can't be read: ${what}`, cause)
  }
}

export function recordedCallsText(calls: RecordedCalls): string {
  return `${JSON.stringify(calls, null, 2)}\n`
}

/** A `fetch` that answers from what was recorded: the n-th request of a kind gets the n-th reply. */
export function recordedFetch(calls: RecordedCalls, otherwise: EgressFetch): EgressFetch {
  const left = [...calls.fetch]
  return async (request) => {
    const at = left.findIndex(({ method, url }) => method === request.method && url === request.url)
    const [found] = at < 0 ? [] : left.splice(at, 1)
    if (found === undefined) return otherwise(request)
    const { status, statusText, headers, body } = found.reply
    const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.base64, 'base64')
    return { url: request.url, status, statusText, headers, body: Uint8Array.from(bytes), redirected: false }
  }
}

/** A `fetch` that goes out and writes down what came back. */
export function recordingFetch(fetch: EgressFetch, into: RecordedCalls['fetch']): EgressFetch {
  return async (request) => {
    const reply = await fetch(request)
    into.push({ method: request.method, url: request.url, reply: replyFrom(reply) })
    return reply
  }
}

export function refusedFetch({ method, url }: EgressRequest): Promise<EgressResponse> {
  return Promise.reject(
    new AppError(
      'egress_denied',
      `${method} ${url} is not recorded, and a test calls nothing outside. \`holdfast test --network\` lets it; with --update it is recorded.`,
    ),
  )
}

function replyFrom({ status, statusText, headers, body }: EgressResponse): z.infer<typeof Reply> {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(body)
  const isText = Buffer.from(text).equals(body)
  return {
    status,
    statusText,
    headers: headers.filter(([name]) => !privateHeaders.has(name.toLowerCase())),
    body: isText ? text : { base64: Buffer.from(body).toString('base64') },
  }
}
