import { randomFillSync } from 'node:crypto'
import { idFrom, type IdKind } from '#shared/ids.ts'

const bytesPerId = 10
// Asking the system for randomness costs more than making an id of it, and a request needs one before anything else.
const pool = new Uint8Array(bytesPerId * 256)
let next = pool.length

/** A fresh id: sortable by time, with 80 unguessable bits. */
export function newId<K extends IdKind>(kind: K): ReturnType<typeof idFrom<K>> {
  if (next === pool.length) {
    randomFillSync(pool)
    next = 0
  }
  next += bytesPerId
  return idFrom(kind, Date.now(), pool.subarray(next - bytesPerId, next))
}
