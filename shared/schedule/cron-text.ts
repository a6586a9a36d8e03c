/** Five fields, or six with seconds in front, as a person wrote them. */
export type CronText = string

export const longestCronText = 200
const nicknames: { [name: string]: CronText } = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** What was written with one space between its fields, and a nickname by its fields. It may be no rule at all. */
export function cronTextFrom(text: string): CronText {
  const trimmed = text.trim()
  const nickname = trimmed.toLowerCase()
  return Object.hasOwn(nicknames, nickname) ? (nicknames[nickname] ?? '') : trimmed.split(/\s+/).join(' ')
}
