import { bodySchema } from '#shared/code-types/body-schema.ts'
import type { FlowNode } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import type { NodeType, ParamSchema } from '#shared/manifest.ts'

/** What a step gives before it ever ran: what its type says, and of a start what it asks for. */
export function promisedBy(node: FlowNode, type: NodeType | undefined): ParamSchema | undefined {
  const body = bodySchema(node)
  if (!isJsonObject(body)) return type?.output
  return { ...type?.output, properties: { ...type?.output?.properties, body: { type: 'object', properties: fieldsOf(body) } } }
}

/** Anybody may have written the schema: only the kind of each field and what it is called are taken from it. */
function fieldsOf({ properties }: { [name: string]: Json }): { [name: string]: ParamSchema } {
  if (!isJsonObject(properties)) return {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]): [string, ParamSchema] => {
      if (!isJsonObject(property)) return [name, {}]
      const { type, title } = property
      return [name, { ...(typeof type === 'string' ? { type } : {}), ...(typeof title === 'string' ? { title } : {}) }]
    }),
  )
}
