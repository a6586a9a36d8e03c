import { isJsonObject } from '../is-json-object.ts'
import type { Json, JsonObject } from '../json.ts'
import { typeFromSamples } from './type-from-samples.ts'
import { listOf, memberName, unionOf } from './type-text.ts'

const maxDepth = 12
const maxMembers = 200

/**
 * The TypeScript type of what a JSON Schema describes. Where the schema leaves open what comes (a reply's body), the
 * samples say it. People write schemas too, so anything may stand in one: what can't be read is `any`.
 */
export function typeFromSchema(schema: unknown, samples: readonly Json[] = [], indent = '', depth = 0): string {
  if (!isJsonObject(schema) || depth > maxDepth) return typeFromSamples(samples, indent)
  const inside = (inner: unknown, values: readonly Json[]) => typeFromSchema(inner, values, indent, depth + 1)
  if (Object.hasOwn(schema, 'const')) return literal(schema['const'])
  if (Array.isArray(schema['enum'])) return unionOf(schema['enum'].slice(0, maxMembers).map(literal))
  const choices = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(choices)) return unionOf(choices.slice(0, maxMembers).map((choice) => inside(choice, [])))
  const { type } = schema
  if (Array.isArray(type)) return unionOf(type.slice(0, 10).map((one) => inside({ ...schema, type: one }, samples)))
  if (type === 'object' || isJsonObject(schema['properties'])) return objectType(schema, samples, indent, depth)
  if (type === 'array') {
    const items = samples.flatMap((sample) => (Array.isArray(sample) ? sample.slice(0, maxMembers) : []))
    return listOf(inside(schema['items'], items))
  }
  if (type === 'string' || type === 'boolean' || type === 'null') return type
  if (type === 'number' || type === 'integer') return 'number'
  return typeFromSamples(samples, indent)
}

function objectType(schema: JsonObject, samples: readonly Json[], indent: string, depth: number): string {
  const inner = `${indent}  `
  const groups = samples.filter(isJsonObject)
  const { properties, required, additionalProperties: others } = schema
  const members = Object.entries(isJsonObject(properties) ? properties : {})
  const lines = members.slice(0, maxMembers).map(([name, member]) => {
    const values = groups.flatMap((group) => (Object.hasOwn(group, name) ? [group[name] ?? null] : []))
    const isAlways = Array.isArray(required) && required.includes(name)
    return `${inner}${memberName(name)}${isAlways ? '' : '?'}: ${typeFromSchema(member, values, inner, depth + 1)}`
  })
  if (lines.length === 0) {
    if (isJsonObject(others) && Object.keys(others).length > 0)
      return `Record<string, ${typeFromSchema(others, [], indent, depth + 1)}>`
    return groups.length > 0 ? typeFromSamples(samples, indent) : 'Record<string, any>'
  }
  if (members.length > maxMembers || others === true || isJsonObject(others)) lines.push(`${inner}[more: string]: any`)
  return `{\n${lines.join('\n')}\n${indent}}`
}

function literal(value: Json | undefined): string {
  return value === null || typeof value !== 'object' ? JSON.stringify(value ?? null) : typeFromSamples([value])
}
