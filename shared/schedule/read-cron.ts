import { everComes } from './cron-pattern.ts'
import { type CronText, cronTextFrom, longestCronText } from './cron-text.ts'

const fields = [
  { name: 'seconds', range: '0 to 59' },
  { name: 'minutes', range: '0 to 59' },
  { name: 'hours', range: '0 to 23' },
  { name: 'days of the month', range: '1 to 31, or L for the last one' },
  { name: 'months', range: '1 to 12, or JAN to DEC' },
  { name: 'days of the week', range: '0 (Sunday) to 6, or SUN to SAT' },
]
const known = new Map<string, ReadCron>()
const mostKnown = 1000

/** A rule in the form everything else takes it, or what is wrong with it in plain words. */
export type ReadCron = { cron: CronText; problem?: undefined } | { cron?: undefined; problem: string }

export function readCron(text: string): ReadCron {
  const before = known.get(text)
  if (before) return before
  const result = read(text)
  if (known.size >= mostKnown) known.clear()
  known.set(text, result)
  return result
}

function read(text: string): ReadCron {
  if (text.length > longestCronText) return { problem: `a rule has at most ${longestCronText} characters.` }
  const trimmed = text.trim()
  const cron = cronTextFrom(text)
  const parts = cron === '' ? [] : cron.split(' ')
  if (parts.length !== 5 && parts.length !== 6)
    return {
      problem: `"${trimmed}" is not a rule: it takes five parts (minute, hour, day of the month, month, day of the week), such as 0 9 * * 1-5, or six with seconds in front.`,
    }
  const meant = fields.slice(-parts.length)
  for (const [at, part] of parts.entries()) {
    const field = meant[at]
    if (field && !canBeRead(parts.map((_, place) => (place === at ? part : '*')).join(' ')))
      return {
        problem: `"${part}" can’t be read as ${field.name}. Write ${field.range}, lists such as 1,3, ranges such as 1-5 from low to high, or steps such as */5.`,
      }
  }
  try {
    return everComes(cron) ? { cron } : { problem: `"${trimmed}" never comes: no month has such a day.` }
  } catch {
    return { problem: `"${trimmed}" is not a rule that can be read. Write it like 0 9 * * 1-5.` }
  }
}

function canBeRead(cron: CronText): boolean {
  try {
    everComes(cron)
    return true
  } catch {
    return false
  }
}
