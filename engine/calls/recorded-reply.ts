import { isUtf8 } from 'node:buffer'
import type { JsonText } from '#shared/json.ts'
import type { CallOutcome, EgressResponse } from '../ports.ts'

type Recorded = Omit<EgressResponse, 'body'> & ({ body: string } | { base64: string })

/** A reply as it is kept: its body as text where it is text. */
export function textFromReply({ body, ...reply }: EgressResponse): JsonText {
  const kept: Recorded = isUtf8(body)
    ? { ...reply, body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString() }
    : { ...reply, base64: Buffer.from(body).toString('base64') }
  return JSON.stringify(kept)
}

export function outcomeFromReply(text: JsonText): CallOutcome {
  const { url, status, statusText, headers, redirected, ...body }: Recorded = JSON.parse(text)
  return {
    ok: true,
    reply: { url, status, statusText, headers, redirected },
    body: 'body' in body ? Buffer.from(body.body) : Buffer.from(body.base64, 'base64'),
  }
}
