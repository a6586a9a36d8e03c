import type { ShownRequest } from '#engine/index.ts'
import { timeOfId } from '#shared/ids.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { InboxItem } from '#shared/inbox-request.ts'
import { requestShape, type RequestShape, unusualFields } from '#shared/request-shape.ts'

const longestSubject = 120

/** Requests as the inbox shows them, each beside what is usual among the others. */
export function describeRequests(requests: readonly ShownRequest[], others: readonly ShownRequest[]): InboxItem[] {
  const shapes = others.flatMap((other) => {
    const body = bodyOf(other)
    return body === undefined ? [] : [{ id: other.id, shape: requestShape(body) }]
  })
  return requests.map((request) => describe(request, shapes))
}

function describe(request: ShownRequest, others: readonly { id: string; shape: RequestShape }[]): InboxItem {
  const body = bodyOf(request)
  // Earlier ones tell what is usual, so that what a request is marked with does not change.
  const usual = others.filter(({ id }) => id < request.id).map(({ shape }) => shape)
  const { trigger: _trigger, wasKept: _wasKept, receivedAt, ...rest } = request
  return {
    ...rest,
    // When it began to come, as its id says: by that requests lie in order, and are looked for.
    receivedAt: new Date(timeOfId(request.id) ?? receivedAt).toISOString(),
    subject: firstText(body ?? null)?.slice(0, longestSubject) ?? null,
    unusual: body === undefined ? [] : unusualFields(requestShape(body), usual),
  }
}

/** Of one that was rejected there is no body that anybody vouches for. */
function bodyOf({ state, trigger }: ShownRequest): Json | undefined {
  if (trigger === null || state === 'rejected') return undefined
  const parsed: Json = JSON.parse(trigger)
  if (!isJsonObject(parsed)) return undefined
  // XML that was taken apart has fields; its text is one text like any other.
  return parsed['xml'] ?? parsed['body'] ?? null
}

function firstText(value: Json): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim()
  if (value === null || typeof value !== 'object') return undefined
  for (const inner of Object.values(value)) {
    const text = firstText(inner)
    if (text !== undefined) return text
  }
  return undefined
}
