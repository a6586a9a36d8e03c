/** Bytes that come in pieces. */
export interface CollectedBytes {
  add(piece: Buffer): void
  /** How much memory they take up. */
  readonly heldBytes: number
  readonly size: number
  /** All of them, in one piece. */
  whole(): Buffer
}

const smallest = 4096

/**
 * Puts pieces together as they come, in room that grows with them: kept one by one, pieces of one byte, as a stranger
 * may send them, would take up hundreds of times what is in them. `mostBytes` is what may come at most.
 */
export function collectBytes(mostBytes: number): CollectedBytes {
  let room: Buffer = Buffer.alloc(0)
  let size = 0
  return {
    add(piece) {
      // What comes in one piece, as most does, stays where it is.
      if (size === 0) room = piece
      else {
        if (size + piece.length > room.length) {
          const larger = Buffer.allocUnsafeSlow(Math.max(size + piece.length, Math.min(room.length * 2, mostBytes), smallest))
          room.copy(larger, 0, 0, size)
          room = larger
        }
        piece.copy(room, size)
      }
      size += piece.length
    },
    get heldBytes() {
      return room.length
    },
    get size() {
      return size
    },
    whole: () => room.subarray(0, size),
  }
}
