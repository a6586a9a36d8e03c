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
  return new Collected(mostBytes)
}

// A class, because an object with getters of its own, and what it holds, outlives all small collections of memory.
class Collected implements CollectedBytes {
  size = 0
  private room: Buffer = Buffer.alloc(0)
  private readonly mostBytes: number

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes
  }

  add(piece: Buffer): void {
    const needed = this.size + piece.length
    // What comes in one piece, as most does, stays where it is.
    if (this.size === 0) this.room = piece
    else {
      if (needed > this.room.length) this.growTo(Math.max(needed, Math.min(this.room.length * 2, this.mostBytes), smallest))
      piece.copy(this.room, this.size)
    }
    this.size = needed
  }

  get heldBytes(): number {
    return this.room.length
  }

  whole(): Buffer {
    return this.room.subarray(0, this.size)
  }

  private growTo(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(bytes)
    this.room.copy(larger, 0, 0, this.size)
    this.room = larger
  }
}
