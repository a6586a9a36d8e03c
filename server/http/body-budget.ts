/** What one request holds of the budget. */
export interface BodyShare {
  /** It holds so many bytes now. May give up this request or others. */
  hold(bytes: number): void
  /** It has come whole, and can't be given up any more. */
  settle(): void
  release(): void
}

/** What requests and answers hold together. */
export interface BodyBudget {
  open(giveUp: () => void): BodyShare
}

interface Holder {
  bytes: number
  since: number
  giveUp: (() => void) | undefined
}

/**
 * Bounds what large bodies of all requests may hold together. When it is too much, the request is given up that takes
 * up most for longest: one that stands still goes before one that is coming in.
 */
export function createBodyBudget(mostBytes: number, now: () => number = () => performance.now()): BodyBudget {
  const holders = new Set<Holder>()
  let total = 0

  function drop(holder: Holder): void {
    if (holders.delete(holder)) total -= holder.bytes
  }

  function worst(): Holder | undefined {
    const at = now()
    const weight = ({ bytes, since }: Holder) => bytes * (1 + at - since)
    let found: Holder | undefined
    for (const holder of holders) if (holder.giveUp && (found === undefined || weight(holder) > weight(found))) found = holder
    return found
  }

  return {
    open(giveUp) {
      const holder: Holder = { bytes: 0, since: now(), giveUp }
      return {
        hold(bytes) {
          holders.add(holder)
          total += bytes - holder.bytes
          holder.bytes = bytes
          while (total > mostBytes) {
            const other = worst()
            if (other === undefined) return
            drop(other)
            other.giveUp?.()
          }
        },
        settle() {
          holder.giveUp = undefined
        },
        release: () => drop(holder),
      }
    },
  }
}
