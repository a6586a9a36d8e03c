import type { Json } from './json.ts'

/**
 * What the compiler, the canvas and the API know of a node type without its code: served as the catalog.
 *
 * `params` and `output` are JSON Schema (draft 2020-12) as zod writes it, plus these words of ours on a property,
 * set by `.meta({ … })` in zod:
 * - `expression: true`: strings in it (also inside objects and lists) may have `{{ }}` holes
 * - `condition: true`: takes true, false, or a string that is exactly one hole
 * - `control`: which form control draws it when the type alone does not say
 * - `advanced: true`: shown under "More fields"
 * - `shownIf: { param, is }`: drawn only while that param, or its default, is one of these values
 * - `title`, `description`, `examples`, `placeholder`: words for the form
 */
export interface NodeType {
  type: string
  role: 'trigger' | 'step' | 'note'
  /** Who carries it out: the engine itself, the code sandbox, or a connector's action. */
  runs: 'engine' | 'code' | 'action'
  /** A trigger that looks by itself, every so often, whether there is something new. */
  polls?: true
  family: 'start' | 'app' | 'logic' | 'code' | 'people' | 'data' | 'ai'
  title: string
  description: string
  /** The name of a Lucide icon, kebab-case. */
  icon: string
  app?: string
  keywords: string[]
  params: ParamSchema
  /** What the step gives; absent when it depends on the params or on what the other side answers. */
  output?: ParamSchema
  /** The handles a line can leave by; `cases` adds one for each of `params.cases[].id`, and `default`. */
  handles: string[] | 'cases'
  /** Whether it touches the world outside: such a step waits for a durable decision, and is retried by default. */
  effect: boolean
  /** Values a new step of this type starts with. */
  defaults: { [param: string]: Json }
  settings: { maxAttempts: number; timeoutMs: number }
}

export type Control =
  | 'text'
  | 'longText'
  | 'code'
  | 'json'
  | 'keyValue'
  | 'condition'
  | 'cases'
  | 'duration'
  | 'milliseconds'
  | 'dateTime'
  | 'formFields'
  | 'inputFields'
  | 'day'
  | 'list'
  | 'schedule'
  | 'secret'
  | 'verify'
  | 'dedupe'
  | 'flow'
  | 'flows'

export interface ParamSchema {
  type?: string | string[]
  title?: string
  description?: string
  placeholder?: string
  examples?: Json[]
  enum?: Json[]
  const?: Json
  default?: Json
  properties?: { [name: string]: ParamSchema }
  required?: string[]
  additionalProperties?: boolean | ParamSchema
  propertyNames?: ParamSchema
  items?: ParamSchema | boolean
  prefixItems?: ParamSchema[]
  anyOf?: ParamSchema[]
  oneOf?: ParamSchema[]
  allOf?: ParamSchema[]
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  format?: string
  expression?: boolean
  condition?: boolean
  control?: Control
  advanced?: boolean
  shownIf?: { param: string; is: Json[] }
  /** For `enum` controls: the words shown for each value. */
  labels?: { [value: string]: string }
}

export type Catalog = ReadonlyMap<string, NodeType>

export function catalogFrom(types: Iterable<NodeType>): Catalog {
  return new Map([...types].map((type) => [type.type, type]))
}
