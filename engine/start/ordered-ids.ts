import { randomFillSync } from 'node:crypto'
import { idFrom, type IdKind } from '#shared/ids.ts'

/** Randomness is asked for this many ids at a time: each asking costs as much as all else that a new id takes. */
const idsAPool = 400

/** Makes ids that sort in the order they were made here, within one millisecond too: the order of a queue, or of a list. */
export function createOrderedIds<K extends IdKind>(kind: K): (nowMs: number) => ReturnType<typeof idFrom<K>> {
  const random = new Uint8Array(10)
  const pool = new Uint8Array(random.length * idsAPool)
  let used = pool.length
  let last = Number.NEGATIVE_INFINITY
  return (nowMs) => {
    // A clock that is set back is waited for, so that order never turns round.
    if (nowMs > last) {
      last = nowMs
      if (used === pool.length) {
        randomFillSync(pool)
        used = 0
      }
      random.set(pool.subarray(used, (used += random.length)))
      // Room to count up in.
      random[0] = (random[0] ?? 0) & 0x7f
    } else countUp(random)
    return idFrom(kind, last, random)
  }
}

function countUp(bytes: Uint8Array): void {
  for (let at = bytes.length - 1; at >= 0; at--) {
    const next = ((bytes[at] ?? 0) + 1) & 0xff
    bytes[at] = next
    if (next !== 0) return
  }
}
