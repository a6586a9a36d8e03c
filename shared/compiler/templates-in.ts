import { isJsonObject } from '../is-json-object.ts'
import type { Json } from '../json.ts'
import type { ParamSchema } from '../manifest.ts'

/** A string that is read as a template, and where it stands. */
export interface FoundTemplate {
  text: string
  /** Dotted path into the params. */
  param: string
}

/** Every string of a step's params that may have holes, by the marks in its type's schema. Keys never have any. */
export function templatesIn(value: Json, schema: ParamSchema, param = '', isMarked = false): FoundTemplate[] {
  const marked = isMarked || schema.expression === true || schema.condition === true
  const at = (key: string | number) => (param === '' ? String(key) : `${param}.${key}`)
  if (typeof value === 'string') return marked ? [{ text: value, param }] : []
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      templatesIn(item, schema.prefixItems?.[index] ?? asSchema(schema.items), at(index), marked),
    )
  }
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const known = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
    return templatesIn(member, known ?? asSchema(schema.additionalProperties), at(key), marked)
  })
}

function asSchema(schema: ParamSchema | boolean | undefined): ParamSchema {
  return typeof schema === 'object' ? schema : {}
}

/** Whether a param may have holes, anywhere in it. */
export function hasTemplates(schema: ParamSchema): boolean {
  if (schema.expression) return true
  const inner = [
    ...Object.values(schema.properties ?? {}),
    asSchema(schema.items),
    asSchema(schema.additionalProperties),
    ...(schema.prefixItems ?? []),
  ]
  return inner.some((part) => Object.keys(part).length > 0 && hasTemplates(part))
}
