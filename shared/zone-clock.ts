/** What a clock in a time zone shows at an instant, as milliseconds since 1970 as if that clock were UTC's; to the second. */
export type ZoneClock = (instantMs: number) => number

/**
 * The clock of a time zone that the platform knows by this name; throws a RangeError when it knows none. Making one takes
 * some fifty microseconds and holds memory: whoever keeps it bounds how many.
 */
export function createZoneClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return (instantMs) => {
    const seconds = Math.floor(instantMs / 1000) * 1000
    const shown: { [part: string]: number } = {}
    for (const { type, value } of format.formatToParts(seconds)) shown[type] = Number(value)
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}
