import type { InboxItem, WholeRequest } from '#shared/inbox-request.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { RequestState } from '#shared/request-states.ts'
import type { StatusKind } from '../ui/status-chip.tsx'

export const requestStateWords: Record<RequestState, { kind: StatusKind; word: string }> = {
  started: { kind: 'worked', word: 'Started a run' },
  kept: { kind: 'waiting', word: 'Kept' },
  rejected: { kind: 'failed', word: 'Rejected' },
}

const keptReasons = new Map([
  ['draft', 'Came before the flow was published'],
  ['disabled', 'Came while the flow was off'],
  ['paused', 'Came while the flow was paused'],
  ['stopped', 'Sending through was stopped before its turn'],
  ['not_listening', 'The flow no longer listens at this address'],
  ['only_if', 'The flow’s condition for starting was not met'],
  ['only_if_failed', 'The flow’s condition for starting couldn’t be worked out'],
  ['unusable', 'It couldn’t be sent through: something in it stands in the way'],
  ['rate_limited', 'More came than the flow takes in that time'],
  ['singleton', 'A run for the same thing was under way'],
  ['debounced', 'Others came right after it'],
  ['concurrency_limit', 'As many runs as allowed were under way'],
  ['key_failed', 'The flow’s key for limits couldn’t be worked out'],
])
const rejectedReasons = new Map([
  ['invalid_json', 'Not readable as data – kept as text'],
  ['invalid_encoding', 'Not readable as text in UTF-8'],
  ['invalid_xml', 'Not readable as XML – kept as text'],
  ['too_deep', 'Too many levels inside each other'],
  ['sender_not_allowed', 'Not from a sender who may write to this flow'],
  ['signature_missing', 'Sender not confirmed: the signature or password that is expected here is missing'],
  [
    'signature_wrong',
    'Sender not confirmed: the signature or password is not that of the secret chosen here, or it was changed on its way',
  ],
  ['timestamp_missing', 'Sender not confirmed: it doesn’t say when it was signed'],
  ['timestamp_old', 'Sender not confirmed: signed too long ago, or by a clock that is wrong'],
  ['secret_unavailable', 'Sender not confirmed: the secret to check it with is missing'],
  ['keys_unavailable', 'Sender not confirmed: the keys to check it with couldn’t be had'],
  ['keys_not_allowed', 'Sender not confirmed: calls to where the keys to check it with are published are not allowed'],
  ['inbox_full', 'Not kept: as many requests as are kept of a flow wait to be sent through already'],
  ['check_unreadable', 'Sender not confirmed: who may call isn’t filled in yet'],
])

/** What is kept of these is text, whoever sent them. */
const unreadable: ReadonlySet<string> = new Set(['invalid_json', 'invalid_encoding', 'invalid_xml', 'too_deep'])

/** What a request is called in a list: the first text in it, or why there is none. */
export function requestName({ subject, state, reason }: Pick<InboxItem, 'subject' | 'state' | 'reason'>): string {
  if (subject !== null) return subject
  if (state !== 'rejected') return 'No text in it'
  if (reason === 'inbox_full') return 'One too many'
  return unreadable.has(reason ?? '') ? 'Not readable' : 'Unconfirmed sender'
}

/** Why a request started nothing, in words. */
export function reasonWords({ state, reason, sending }: Pick<InboxItem, 'state' | 'reason' | 'sending'>): string | undefined {
  if (state === 'kept' && sending) return 'Waits for its turn to be sent through'
  if (reason === null) return undefined
  if (state === 'kept') return keptReasons.get(reason) ?? `Not started: ${plain(reason)}`
  return rejectedReasons.get(reason) ?? `Sender not confirmed: ${plain(reason)}`
}

export function unusualWords(count: number): string {
  return count === 1 ? '1 field differs from usual' : `${count} fields differ from usual`
}

/** What is unusual about a field, by what the field is called. */
export function fieldWords({ path, kind, usual, now }: InboxItem['unusual'][number], label: string): string {
  const place = path === '' ? 'What was sent' : label
  if (kind === 'missing') return `${place} is missing`
  if (kind === 'new') return `${place} is new`
  return `${place} is ${now ?? 'something else'}, usually ${usual ?? 'something else'}`
}

function plain(code: string): string {
  return code.replaceAll('_', ' ')
}

const otherWays = new Map([
  ['TIME', 'A time of its schedule'],
  ['EVENT', 'An event'],
  ['ITEM', 'An item it found'],
])

/** Where it came in, in words. */
export function placeWords({ method, path, trigger }: Pick<WholeRequest, 'method' | 'path' | 'trigger'>): string {
  if (isJsonObject(trigger) && trigger['kind'] === 'form') return 'A form that was filled in'
  if (method === 'MAIL') return `E-mail to ${path}`
  return otherWays.get(method) ?? `${method} …/${path}`
}

/** So many a second, in numbers one can picture. */
export function rateWords(ratePerSecond: number): string {
  if (ratePerSecond >= 1) return `${ratePerSecond.toLocaleString('en')} a second`
  return `one every ${Math.round(10 / ratePerSecond) / 10} seconds`
}
