import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { Plan } from '#shared/plan.ts'

/** What names a run: what its flow says, else what people would call it who sent the form or the mail; of other starts nothing. */
export function subjectTemplate({ settings, triggers }: Plan, triggerId: string): string | undefined {
  if (settings.subject !== undefined) return settings.subject
  const trigger = triggers.find(({ id }) => id === triggerId)
  if (trigger?.type === 'email') return firstOf(['subject', 'from.name', 'from.address'])
  return trigger?.type === 'form' ? firstOf(shortTexts(trigger.params['fields'])) : undefined
}

/** The fields of a form that take a line of text, from the top. What nobody sees on the page names nothing. */
function shortTexts(fields: Json | undefined): string[] {
  if (!Array.isArray(fields)) return []
  return fields.flatMap((field) => {
    if (!isJsonObject(field)) return []
    const { id, type } = field
    return typeof id === 'string' && (type === undefined || type === 'text') ? [id] : []
  })
}

function firstOf(ways: readonly string[]): string | undefined {
  return ways.length === 0 ? undefined : `{{ ${ways.map((way) => `trigger.body.${way}`).join(' || ')} || "" }}`
}
