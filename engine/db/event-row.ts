import type { JsonText } from '#shared/json.ts'
import { isJournalEvent, type JournalEvent } from '../state/journal.ts'

/** Payloads above this are stored apart from the rows that are read to go on. */
const largePayloadBytes = 256 * 1024

/** An event as its row holds it. */
export interface EventRow {
  seq: number
  kind: string
  path: string | null
  attempt: number | null
  at: number
  data: string | null
  payload: JsonText | null
  large: boolean
}

export function rowFromEvent(event: JournalEvent, payload: JsonText | null): EventRow {
  const step = 'path' in event ? event : undefined
  return {
    seq: event.seq,
    kind: event.kind,
    path: step?.path ?? null,
    attempt: step?.attempt ?? null,
    at: event.at,
    data: 'data' in event && event.data !== undefined ? JSON.stringify(event.data) : null,
    payload,
    // A character is up to three bytes: only long texts need counting.
    large: payload !== null && payload.length * 3 > largePayloadBytes && Buffer.byteLength(payload) > largePayloadBytes,
  }
}

/** Reads back what `rowFromEvent` wrote. */
export function eventFromRow(row: Pick<EventRow, 'seq' | 'kind' | 'path' | 'attempt' | 'at' | 'data'>): JournalEvent {
  const event = {
    seq: row.seq,
    at: row.at,
    kind: row.kind,
    ...(row.path === null ? {} : { path: row.path, attempt: row.attempt ?? 1 }),
    ...(row.data === null ? {} : { data: JSON.parse(row.data) }),
  }
  if (isJournalEvent(event)) return event
  throw new Error(`The journal has an event "${row.kind}" this version does not know. Run the version that wrote it.`)
}
