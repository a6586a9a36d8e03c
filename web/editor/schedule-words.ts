import type { FlowNode } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import { cronWords } from '#shared/schedule/cron-words.ts'

/** When a schedule comes, in a few words: its first rule, and how many more there are. Nothing while it has none. */
export function scheduleWords({ rules }: FlowNode['params']): string {
  const [first, ...others] = Array.isArray(rules) ? rules.filter(isJsonObject) : []
  const { cron } = first ?? {}
  if (typeof cron !== 'string') return ''
  return others.length === 0 ? cronWords(cron) : `${cronWords(cron)}, and ${others.length} more`
}
