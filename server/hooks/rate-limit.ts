/** Allows each address so many a minute. */
export function createRateLimit(perMinute: number): (address: string) => boolean {
  let counts = new Map<string, number>()
  let minute = 0
  return (address) => {
    const now = Math.floor(performance.now() / 60_000)
    if (now !== minute) {
      counts = new Map()
      minute = now
    }
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    return count <= perMinute
  }
}
