import type { FlowNode } from '../flow.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Json } from '../json.ts'

/** What a start asks for and so gives as its body: the schema it names, or the fields of its form. */
export function bodySchema({ type, params }: FlowNode): Json | undefined {
  const { input, fields } = params
  if (
    (type === 'manual' || type === 'flowCalled') &&
    isJsonObject(input) &&
    (input['type'] !== undefined || isJsonObject(input['properties']))
  )
    return input
  return type === 'form' && Array.isArray(fields) ? { type: 'object', properties: fieldSchemas(fields) } : undefined
}

/** What is filled in, by the kind of field. */
export function fieldSchemas(fields: readonly Json[]): { [id: string]: Json } {
  return Object.fromEntries(
    fields.flatMap((field) => {
      if (!isJsonObject(field) || typeof field['id'] !== 'string') return []
      const { label } = field
      return [
        [
          field['id'],
          { ...schemaOfField(field['type']), ...(typeof label === 'string' && label !== '' ? { title: label } : {}) },
        ],
      ]
    }),
  )
}

function schemaOfField(type: Json | undefined): { [name: string]: Json } {
  if (type === 'number') return { type: 'number' }
  if (type === 'boolean') return { type: 'boolean' }
  if (type === 'choices') return { type: 'array', items: { type: 'string' } }
  return type === 'file' || type === 'hidden' ? {} : { type: 'string' }
}
