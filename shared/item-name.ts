import { isJsonObject } from './is-json-object.ts'
import type { Json, JsonObject } from './json.ts'
import { cronWords } from './schedule/cron-words.ts'

const longest = 60

/**
 * What a person knows an item of a list by, in quotes: a field by its label, a time by its words, a way by its name, a text
 * by itself. Undefined where it has no such name.
 */
export function itemName(item: Json): string | undefined {
  const said = isJsonObject(item) ? nameInside(item) : item
  if (!isWritten(said)) return undefined
  return `"${said.length > longest ? `${said.slice(0, longest - 1)}…` : said}"`
}

function nameInside({ label, cron, name, id }: JsonObject): Json | undefined {
  return isWritten(cron) ? cronWords(cron) : [label, name, id].find(isWritten)
}

function isWritten(value: Json | undefined): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
