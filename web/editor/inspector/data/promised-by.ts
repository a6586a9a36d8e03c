import { bodySchema } from '#shared/code-types/body-schema.ts'
import type { FlowNode } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { NodeType, ParamSchema } from '#shared/manifest.ts'

/** What every start gives besides what it is about. */
const ofEachStart: { [name: string]: ParamSchema } = {
  kind: { type: 'string', title: 'What started it' },
  at: { type: 'string', format: 'date-time', title: 'When it started' },
}

/** What a step gives before it ever ran: what its type says, and of a start what it asks for. */
export function promisedBy(node: FlowNode, type: NodeType | undefined): ParamSchema | undefined {
  if (type?.role !== 'trigger') return type?.output
  const { properties } = type.output ?? {}
  const body = bodySchema(node)
  return {
    ...type.output,
    properties: {
      ...properties,
      ...ofEachStart,
      ...(isJsonObject(body) ? { body: { ...properties?.['body'], type: 'object', properties: fieldsOf(body) } } : {}),
    },
  }
}

/** Anybody may have written the schema: only the kind of each field and what it is called are taken from it. */
function fieldsOf({ properties }: { [name: string]: Json }): { [name: string]: ParamSchema } {
  if (!isJsonObject(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]): [string, ParamSchema] => {
      if (!isJsonObject(property)) return [name, {}]
      const { type, title, format } = property
      const ofText = (text: Json | undefined, key: 'type' | 'title' | 'format') =>
        typeof text === 'string' ? { [key]: text } : {}
      return [name, { ...ofText(type, 'type'), ...ofText(title, 'title'), ...ofText(format, 'format') }]
    }),
  )
}
