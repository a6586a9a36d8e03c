import { randomFillSync } from 'node:crypto'
import { idFrom, type IdKind } from '#shared/ids.ts'

/** A fresh id: sortable by time, with 80 unguessable bits. */
export function newId<K extends IdKind>(kind: K): ReturnType<typeof idFrom<K>> {
  return idFrom(kind, Date.now(), randomFillSync(new Uint8Array(10)))
}
