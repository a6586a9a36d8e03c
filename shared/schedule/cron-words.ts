import { type CronText, cronTextFrom, longestCronText } from './cron-text.ts'

/** 0 is Sunday, as in rules. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** A rule as people say it. Rules that say more than one of these can are `custom`. */
export type Repetition =
  | { every: 'seconds' | 'minutes'; count: number }
  | { every: 'hours'; count: number; minute: number }
  | { every: 'day' | 'weekday'; at: string }
  | { every: 'week'; days: Weekday[]; at: string }
  | { every: 'month'; day: number | 'last'; at: string }
  | { every: 'custom'; cron: CronText }

/** How many seconds or minutes can lie between two times so that they do at the turn of the hour as well. */
export const evenSteps = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30]
/** The same for hours, and days. */
export const evenHours = [1, 2, 3, 4, 6, 8, 12]

export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
/** As weeks are read: Monday first. */
export const weekdays: Weekday[] = [1, 2, 3, 4, 5, 6, 0]

export function repetitionOf(text: string): Repetition {
  const simple = text.length > longestCronText ? undefined : simpleRepetition(cronTextFrom(text))
  return simple ?? { every: 'custom', cron: text }
}

/** The rule that says it; the reverse of `repetitionOf`. */
export function cronOf(repetition: Repetition): CronText {
  switch (repetition.every) {
    case 'seconds':
      return `${step(repetition.count)} * * * * *`
    case 'minutes':
      return `${step(repetition.count)} * * * *`
    case 'hours':
      return `${repetition.minute} ${step(repetition.count)} * * *`
    case 'day':
      return `${clockFields(repetition.at)} * * *`
    case 'weekday':
      return `${clockFields(repetition.at)} * * 1-5`
    case 'week':
      return `${clockFields(repetition.at)} * * ${repetition.days.toSorted((a, b) => a - b).join(',')}`
    case 'month':
      return `${clockFields(repetition.at)} ${repetition.day === 'last' ? 'L' : repetition.day} * *`
    case 'custom':
      return repetition.cron
  }
}

/** A rule in a few words, "Every weekday at 9:00"; one that needs more is told as it is written. */
export function cronWords(text: string): string {
  const repetition = repetitionOf(text)
  switch (repetition.every) {
    case 'seconds':
      return repetition.count === 1 ? 'Every second' : `Every ${repetition.count} seconds`
    case 'minutes':
      return repetition.count === 1 ? 'Every minute' : `Every ${repetition.count} minutes`
    case 'hours': {
      const hours = repetition.count === 1 ? 'Every hour' : `Every ${repetition.count} hours`
      return repetition.minute === 0 ? hours : `${hours}, ${repetition.minute} past`
    }
    case 'day':
      return `Every day at ${repetition.at}`
    case 'weekday':
      return `Every weekday at ${repetition.at}`
    case 'week':
      return `Every ${listed(weekdays.filter((day) => repetition.days.includes(day)).map((day) => weekdayNames[day] ?? ''))} at ${repetition.at}`
    case 'month':
      return repetition.day === 'last'
        ? `On the last day of every month at ${repetition.at}`
        : `On the ${ordinal(repetition.day)} of every month at ${repetition.at}`
    case 'custom':
      return repetition.cron.trim() === '' ? 'At no time yet' : `By the rule ${repetition.cron.trim()}`
  }
}

/** Needs no calendar, which the page would have to load: each field is seen to be one that may stand there. */
function simpleRepetition(cron: CronText): Repetition | undefined {
  const parts = cron.split(' ')
  const [seconds = '', minutes = '', hours = '', day = '', month = '', weekday = ''] =
    parts.length === 6 ? parts : ['0', ...parts]
  if (month !== '*') return undefined
  const isAnyDay = day === '*' && weekday === '*'
  const second = stepOf(seconds, evenSteps)
  if (second !== undefined) return isAnyDay && minutes === '*' && hours === '*' ? { every: 'seconds', count: second } : undefined
  if (seconds !== '0') return undefined
  const minute = stepOf(minutes, evenSteps)
  if (minute !== undefined) return isAnyDay && hours === '*' ? { every: 'minutes', count: minute } : undefined
  if (!isBetween(minutes, 0, 59)) return undefined
  const hour = stepOf(hours, evenHours)
  if (hour !== undefined) return isAnyDay ? { every: 'hours', count: hour, minute: Number(minutes) } : undefined
  if (!isBetween(hours, 0, 23)) return undefined
  const at = `${Number(hours)}:${minutes.padStart(2, '0')}`
  if (isAnyDay) return { every: 'day', at }
  if (day === '*') return ofWeek(weekday.toUpperCase(), at)
  if (weekday !== '*') return undefined
  if (day === 'L') return { every: 'month', day: 'last', at }
  return isBetween(day, 1, 31) ? { every: 'month', day: Number(day), at } : undefined
}

function isBetween(field: string, least: number, most: number): boolean {
  return /^\d{1,2}$/.test(field) && Number(field) >= least && Number(field) <= most
}

const shortNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

function ofWeek(text: string, at: string): Repetition | undefined {
  const numbers = text.replace(/[A-Z]{3}/g, (name) => (shortNames.includes(name) ? String(shortNames.indexOf(name)) : name))
  if (numbers === '1-5') return { every: 'weekday', at }
  if (!/^[0-7](,[0-7])*$/.test(numbers)) return undefined
  const chosen = new Set(numbers.split(',').map((one) => Number(one) % 7))
  return { every: 'week', days: weekdays.filter((day) => chosen.has(day)), at }
}

function stepOf(field: string, even: readonly number[]): number | undefined {
  if (field === '*') return 1
  const [, count] = /^\*\/(\d{1,2})$/.exec(field) ?? []
  return count !== undefined && even.includes(Number(count)) ? Number(count) : undefined
}

function step(count: number): string {
  return count === 1 ? '*' : `*/${count}`
}

/** `9:05` as minutes and hours of a rule. */
function clockFields(at: string): string {
  const [hours = '0', minutes = '0'] = at.split(':')
  return `${Number(minutes)} ${Number(hours)}`
}

function listed(words: readonly string[]): string {
  const [last = ''] = words.slice(-1)
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

function ordinal(day: number): string {
  const ending =
    day % 10 === 1 && day !== 11 ? 'st' : day % 10 === 2 && day !== 12 ? 'nd' : day % 10 === 3 && day !== 13 ? 'rd' : 'th'
  return `${day}${ending}`
}
