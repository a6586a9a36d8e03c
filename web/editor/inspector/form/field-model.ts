import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { textOf } from './entry-rows.ts'

export type FieldKind =
  | 'text'
  | 'longText'
  | 'number'
  | 'yesNo'
  | 'choice'
  | 'choices'
  | 'list'
  | 'keyValue'
  | 'value'
  | 'raw'
  | 'condition'
  | 'cases'
  | 'duration'
  | 'milliseconds'
  | 'dateTime'
  | 'formFields'
  | 'inputFields'
  | 'day'
  | 'schedule'
  | 'secret'
  | 'verify'
  | 'dedupe'
  | 'flow'
  | 'flows'
  | 'code'
  | 'group'

export interface Choice {
  value: string
  label: string
}

/** One field of the set-up form: what to draw, how to label it and where its value lives. */
export interface Field {
  name: string
  /** The way to it inside `params`: one name, more inside a group. */
  path: string[]
  label: string
  kind: FieldKind
  required: boolean
  advanced: boolean
  /** Whether earlier data may be put into it. */
  expression: boolean
  help?: string
  placeholder?: string
  /** What applies while it is empty. */
  default?: Json
  choices?: Choice[]
  /** The fields inside, of a `group`. */
  fields?: Field[]
  /** It is drawn only while another field beside it has one of these values, set or by default. */
  shownIf?: { path: string[]; is: Json[]; default: Json | undefined }
  /** Of `keyValue`: whether the values may be more than text. */
  typed?: boolean
}

/**
 * The fields of a form for these params: in the schema's order, required ones first, what is fixed left out.
 * The caller shows those marked `advanced` under "More fields".
 */
export function fieldsOf(schema: ParamSchema, path: string[] = [], inherited: Pick<ParamSchema, 'expression'> = {}): Field[] {
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const plain = withoutEmptyChoices(property)
    if (plain.const !== undefined) return []
    const field = {
      ...fieldOf(name, plain, [...path, name], required.has(name), inherited),
      ...(plain.shownIf === undefined ? {} : { shownIf: conditionOf(schema, plain.shownIf, path) }),
    }
    // A frame around nothing, where all that is inside is fixed.
    return field.fields?.length === 0 ? [] : [field]
  })
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)]
}

function conditionOf(
  schema: ParamSchema,
  { param, is }: NonNullable<ParamSchema['shownIf']>,
  path: string[],
): NonNullable<Field['shownIf']> {
  return { path: [...path, param], is, default: schema.properties?.[param]?.default }
}

/** Whether a field is of any use while the others are as they are. */
export function isShown(field: Field, params: { [name: string]: Json }): boolean {
  if (field.shownIf === undefined) return true
  const value = readField(params, field.shownIf.path) ?? field.shownIf.default
  return field.shownIf.is.some((each) => each === value)
}

function fieldOf(
  name: string,
  schema: ParamSchema,
  path: string[],
  required: boolean,
  inherited: Pick<ParamSchema, 'expression'>,
): Field {
  const kind = kindOf(schema)
  const expression = schema.expression ?? inherited.expression ?? false
  const placeholder = schema.placeholder ?? (schema.examples?.[0] === undefined ? undefined : textOfExample(schema.examples[0]))
  return {
    name,
    path,
    label: schema.title ?? labelFromName(name),
    kind,
    // A default fills it in, so nobody has to.
    required: required && schema.default === undefined,
    advanced: schema.advanced ?? false,
    expression,
    ...(schema.description === undefined ? {} : { help: schema.description }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(kind === 'choice' ? { choices: choicesOf(schema) } : {}),
    ...(kind === 'choices' && typeof schema.items === 'object' ? { choices: choicesOf(schema.items) } : {}),
    ...(kind === 'group' ? { fields: fieldsOf(schema, path, { expression }) } : {}),
    ...(kind === 'keyValue' ? { typed: !onlyText(schema.additionalProperties) } : {}),
  }
}

/** `anyOf: [X, null]` and a single-entry `allOf` say the same as X to a form. */
function withoutEmptyChoices(schema: ParamSchema): ParamSchema {
  const options = (schema.anyOf ?? schema.oneOf)?.filter((option) => option.type !== 'null')
  const only = options?.length === 1 ? options[0] : schema.allOf?.length === 1 ? schema.allOf[0] : undefined
  if (only === undefined) return schema
  const { anyOf: _any, oneOf: _one, allOf: _all, ...words } = schema
  return { ...only, ...words }
}

function kindOf(schema: ParamSchema): FieldKind {
  if (schema.condition === true) return 'condition'
  if (schema.control === 'json') return schema.expression === true ? 'value' : 'raw'
  // Room for much text, but of no type: any value fits.
  if (schema.control === 'longText' && schema.type === undefined) return 'value'
  return schema.control ?? kindOfType(schema)
}

function kindOfType(schema: ParamSchema): FieldKind {
  if (schema.enum !== undefined || choicesFromConstants(schema) !== undefined) return 'choice'
  switch (schema.type) {
    case 'boolean':
      return 'yesNo'
    case 'number':
    case 'integer':
      return 'number'
    case 'string':
      return schema.format === 'date-time' ? 'dateTime' : schema.format === 'date' ? 'day' : 'text'
    case 'array':
      if (typeof schema.items === 'object' && schema.items.enum !== undefined) return 'choices'
      return typeof schema.items === 'object' && schema.items.type === 'string' ? 'list' : 'value'
    case 'object':
      return schema.properties === undefined ? 'keyValue' : 'group'
    case undefined:
    default:
      return 'value'
  }
}

function onlyText(schema: ParamSchema | boolean | undefined): boolean {
  return typeof schema === 'object' && schema.type === 'string'
}

function choicesFromConstants(schema: ParamSchema): Json[] | undefined {
  const options = schema.anyOf ?? schema.oneOf
  if (options === undefined) return undefined
  const constants = options.flatMap((option) => (option.const === undefined ? [] : [option.const]))
  return constants.length === options.length ? constants : undefined
}

function choicesOf(schema: ParamSchema): Choice[] {
  return (schema.enum ?? choicesFromConstants(schema) ?? []).map((value) => {
    const text = textOf(value)
    return { value: text, label: schema.labels?.[text] ?? labelFromName(text) }
  })
}

/** `respondTimeoutMs` → `Respond timeout`; words in capitals such as GET stay as they are. */
export function labelFromName(name: string): string {
  if (/^[A-Z0-9_]+$/.test(name)) return name
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function textOfExample(example: Json): string {
  return typeof example === 'string' ? example : JSON.stringify(example)
}

/** The value at a field's path; undefined while it is not set. */
export function readField(params: { [name: string]: Json }, path: readonly string[]): Json | undefined {
  let value: Json | undefined = params
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

/** The params with one field changed; undefined removes it, and a group that becomes empty with it. */
export function writeField(
  params: { [name: string]: Json },
  path: readonly string[],
  value: Json | undefined,
): { [name: string]: Json } {
  const [name, ...rest] = path
  if (name === undefined) return params
  const next = rest.length === 0 ? value : writeInside(params[name], rest, value)
  if (next !== undefined) return { ...params, [name]: next }
  const { [name]: _removed, ...others } = params
  return others
}

function writeInside(group: Json | undefined, path: readonly string[], value: Json | undefined): Json | undefined {
  const before = typeof group === 'object' && group !== null && !Array.isArray(group) ? group : {}
  const after = writeField(before, path, value)
  return Object.keys(after).length === 0 ? undefined : after
}
