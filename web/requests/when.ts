/** Times that requests are looked for in; `between` is two that somebody chose. */
export const whens = ['hour', 'day', 'week', 'between'] as const
export type When = (typeof whens)[number]

export const whenWords: Record<When, string> = {
  hour: 'Last hour',
  day: 'Last 24 hours',
  week: 'Last 7 days',
  between: 'Between two times',
}

export interface TimeFilter {
  when?: When | undefined
  from?: string | undefined
  to?: string | undefined
}

const hourMs = 3_600_000
const lengthMs: Record<Exclude<When, 'between'>, number> = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs }

/** From when to when that is, at a given moment. What was chosen is a time here, as in `2026-11-26T08:00`. */
export function timesOf({ when, from, to }: TimeFilter, now: number): { from?: string; to?: string } {
  if (when === undefined) return {}
  if (when !== 'between') return { from: new Date(now - lengthMs[when]).toISOString() }
  const [first, last] = [isoOf(from), isoOf(to)]
  return { ...(first === undefined ? {} : { from: first }), ...(last === undefined ? {} : { to: last }) }
}

function isoOf(local: string | undefined): string | undefined {
  const time = Date.parse(local ?? '')
  return Number.isNaN(time) ? undefined : new Date(time).toISOString()
}
