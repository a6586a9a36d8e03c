import { isJsonObject } from './is-json-object.ts'
import type { Json } from './json.ts'
import { cronWords } from './schedule/cron-words.ts'

const longest = 60

/**
 * What a person knows an item of a list by, in quotes: a field by its label, a time by its words, a way by its name.
 * Undefined where it has no such name.
 */
export function itemName(item: Json): string | undefined {
  if (!isJsonObject(item)) return undefined
  const { label, cron, name, id } = item
  const said = typeof cron === 'string' && cron.trim() !== '' ? cronWords(cron) : [label, name, id].find(isWritten)
  if (said === undefined) return undefined
  return `"${said.length > longest ? `${said.slice(0, longest - 1)}…` : said}"`
}

function isWritten(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
