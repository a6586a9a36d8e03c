/** After the first failure it looks again this soon, or at its next time when that is sooner. */
const firstMs = 60_000
/** However often it has failed, it looks again after this long, or at its next time when that is later. */
const longestMs = 3_600_000
/** What the other side asks for is kept to, up to here. */
const longestAskedMs = 86_400_000

/**
 * How long a trigger waits after it could not look: twice as long each time, and never less than the other side asked for.
 * `failures` counts this one.
 */
export function backOffMs(everyMs: number, failures: number, askedMs: number | undefined): number {
  const doubled = Math.min(firstMs, everyMs) * 2 ** Math.min(failures - 1, 30)
  const own = Math.min(doubled, Math.max(everyMs, longestMs))
  return Math.max(own, Math.min(askedMs ?? 0, longestAskedMs))
}
