import { createZoneClock, type ZoneClock } from '../zone-clock.ts'

const clocks = new Map<string, ZoneClock>()
/** There are some 600 names; whoever asks for others is not remembered. */
const mostClocks = 1000

/** Whether a name is that of a time zone the platform knows, such as Europe/Berlin or UTC. */
export function isTimeZone(name: string): boolean {
  // A fixed distance such as "+02:00" is read by the platform too, but says nothing of when clocks change.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    clockOf(name)
    return true
  } catch {
    return false
  }
}

/** What a clock in the zone shows at an instant, as milliseconds since 1970 as if that clock were UTC's; to the second. */
export function wallTimeAt(zone: string, instantMs: number): number {
  return clockOf(zone)(instantMs)
}

const dayMs = 86_400_000

/**
 * When a clock in the zone shows a wall time: the first time it does. A time that is left out when clocks go forward
 * stands for the moment they do.
 */
export function instantOfWallTime(zone: string, wallMs: number): number {
  const distanceAt = (instantMs: number) => wallTimeAt(zone, instantMs) - instantMs
  // Clocks in no zone are further than 15 hours from UTC, and none was ever set by more than a day.
  const before = wallMs - 2 * dayMs
  const after = wallMs + 2 * dayMs
  const fitting = [distanceAt(before), distanceAt(after)]
    .map((distance) => wallMs - distance)
    .filter((instantMs) => wallTimeAt(zone, instantMs) === wallMs)
  if (fitting.length > 0) return Math.min(...fitting)
  return momentItShowsMore(zone, wallMs, before, after)
}

/** The first whole second at which the clock shows this wall time or a later one. */
function momentItShowsMore(zone: string, wallMs: number, from: number, to: number): number {
  let early = from
  let late = to
  while (late - early > 1000) {
    const middle = Math.floor((early + late) / 2000) * 1000
    if (wallTimeAt(zone, middle) < wallMs) early = middle
    else late = middle
  }
  return late
}

function clockOf(zone: string): ZoneClock {
  const known = clocks.get(zone)
  if (known) return known
  const clock = createZoneClock(zone)
  if (clocks.size < mostClocks) clocks.set(zone, clock)
  return clock
}
