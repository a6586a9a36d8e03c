const locale = 'en'
const timeOfDay = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const timeWithSeconds = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const dayWithYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium', hourCycle: 'h23' })

/** A past moment, as short as it can be understood: `just now`, `5 min ago`, `14:02`, `yesterday 14:02`, `3 May`. */
export function agoText(at: Date, now: Date): string {
  const ageMs = now.getTime() - at.getTime()
  if (ageMs < 10_000) return 'just now'
  if (ageMs < 60_000) return `${Math.floor(ageMs / 1000)} s ago`
  if (ageMs < 3_600_000) return `${Math.floor(ageMs / 60_000)} min ago`
  return momentText(at, now)
}

/** A moment, past or to come, without counting: `14:02`, `yesterday 14:02`, `tomorrow 09:00`, `3 May 14:02`. */
export function momentText(at: Date, now: Date): string {
  const days = dayNumber(at) - dayNumber(now)
  if (days === 0) return timeOfDay.format(at)
  if (days === -1) return `yesterday ${timeOfDay.format(at)}`
  if (days === 1) return `tomorrow ${timeOfDay.format(at)}`
  return at.getFullYear() === now.getFullYear() ? `${dayOfYear.format(at)} ${timeOfDay.format(at)}` : dayWithYear.format(at)
}

/** To the second, where the order of things matters: `14:02:07`, `3 May 14:02:07`. */
export function exactText(at: Date, now: Date): string {
  return dayNumber(at) === dayNumber(now) ? timeWithSeconds.format(at) : `${dayOfYear.format(at)} ${timeWithSeconds.format(at)}`
}

/** Everything about a moment, for tooltips. */
export function fullText(at: Date): string {
  return full.format(at)
}

/** Calendar days, counted in local time. */
function dayNumber(at: Date): number {
  return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000)
}
