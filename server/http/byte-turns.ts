interface Waiting {
  bytes: number
  enter(leave: () => void): void
}

/** Who is to work on how many bytes; gives what is to be called when that is done, as often as one likes. */
export type ByteTurns = (bytes: number, signal: AbortSignal) => Promise<() => void>

/**
 * Lets so many bytes be worked on at a time, the others after them in the order they asked; something of any size is
 * let in when it is alone. Rejects for whoever goes away while waiting.
 */
export function createByteTurns(mostBytes: number): ByteTurns {
  const waiting: Waiting[] = []
  let inWork = 0

  function next(): void {
    for (let first = waiting[0]; first && (inWork === 0 || inWork + first.bytes <= mostBytes); first = waiting[0]) {
      waiting.shift()
      const { bytes } = first
      let isLeft = false
      inWork += bytes
      first.enter(() => {
        if (isLeft) return
        isLeft = true
        inWork -= bytes
        next()
      })
    }
  }

  return (bytes, signal) =>
    new Promise((resolve, reject) => {
      const one: Waiting = { bytes, enter: resolve }
      const giveUp = () => {
        const at = waiting.indexOf(one)
        if (at < 0) return
        waiting.splice(at, 1)
        reject(new Error('Nobody waits for it any more'))
        next()
      }
      signal.addEventListener('abort', giveUp, { once: true })
      waiting.push(one)
      next()
    })
}
