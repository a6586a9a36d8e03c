import type { Clock } from '../ports.ts'

/**
 * Engine time in whole milliseconds since 1970: the database's time plus the test clock's offset. Between two looks at
 * the database it is carried on by a monotonic clock, so a wall clock that jumps moves nothing.
 */
export interface EngineTime {
  now(): number
  /** Takes the database's time as it was at some moment before now; time never seems later than it is. */
  sync(databaseMs: number): void
  clock: Clock
}

export function createEngineTime(clock: Clock): EngineTime {
  let offset: number | undefined
  let latest = 0
  const monotonic = () => performance.timeOrigin + performance.now()
  return {
    clock,
    // What happens later is never earlier, also when a look at the database takes a millisecond back.
    now: () => (latest = Math.max(latest, Math.floor(monotonic() + (offset ?? 0) + clock.offsetMs()))),
    sync(databaseMs) {
      const seen = databaseMs - monotonic()
      // The answer that travelled fastest is nearest to the truth; a slow drift of either clock is followed.
      offset = offset === undefined ? seen : Math.max(seen, offset - 1)
    },
  }
}
