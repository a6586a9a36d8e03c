import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'

/** A made-up value of the kind a type says it gives: something to change, in place of an empty page. */
export function exampleFrom(schema: ParamSchema, name = ''): Json {
  const [example] = schema.examples ?? []
  if (example !== undefined) return example
  const [first] = schema.enum ?? []
  if (first !== undefined) return first
  const kind = (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== 'null')
  if (kind !== undefined) return exampleFrom({ ...kind, ...(schema.title === undefined ? {} : { title: schema.title }) }, name)
  switch (Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, exampleFrom(inner, key)]))
    case 'array':
      return typeof schema.items === 'object' ? [exampleFrom(schema.items, name)] : []
    case 'number':
    case 'integer':
      return 1
    case 'boolean':
      return true
    default:
      return textFor(name, schema.title ?? name)
  }
}

function textFor(name: string, title: string): string {
  if (name.endsWith('At')) return '2026-01-31T09:00:00.000Z'
  if (/^(url|link)$/.test(name)) return 'https://example.com/1'
  return title === '' ? 'text' : `${title} …`
}
