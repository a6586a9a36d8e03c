import { ExpressionSyntaxError } from '../expression/syntax-error.ts'
import { parseTemplate } from '../expression/parse-template.ts'
import { namedIn } from '../expression/references.ts'
import type { FlowNode } from '../flow.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Json } from '../json.ts'
import type { NodeType, ParamSchema } from '../manifest.ts'

/** A hole of a step, and where it stands in the text that is checked. */
export interface WrittenHole {
  nodeId: string
  /** Dotted path into the params. */
  param: string
  /** The param's text, and where in it the hole's expression begins. */
  template: string
  offset: number
  /** From where to where it stands in the text that is checked; behind `sourceEnd` is what is asked of its value. */
  start: number
  sourceEnd: number
  end: number
}

/** The holes of one step as an object of TypeScript, to be put behind `at` characters of others. */
export interface HoleObject {
  text: string
  holes: WrittenHole[]
  /** What the holes name. */
  steps: ReadonlySet<string>
  /** A hole may name any step. */
  namesAny: boolean
  roots: ReadonlySet<string>
  /** The params that are in it, whole. */
  params: ReadonlySet<string>
}

/** Params whose value is, or is a part of, what a step gives: these are written down even without a hole in them. */
const wholeParams: { [type: string]: readonly string[] } = { set: ['values'], output: ['value'], code: ['inputs'] }

/**
 * Writes what a step's params say as an expression of TypeScript, which a hole is by itself: its type is then the type
 * of what the step is given, and TypeScript's problems with it are those of the holes. Undefined for a step without.
 */
export function writeHoles(node: FlowNode, type: NodeType): HoleObject | undefined {
  const writer = new HoleWriter(node, type.runs === 'action')
  const params = new Set<string>()
  for (const [name, schema] of Object.entries(type.params.properties ?? {})) {
    const value = node.params[name]
    if (value === undefined || !(schema.expression === true || schema.condition === true)) continue
    if (!(wholeParams[node.type] ?? []).includes(name) && !hasHole(value)) continue
    params.add(name)
    writer.put(`${JSON.stringify(name)}: `)
    writer.value(value, schema, name)
    writer.put(',\n')
  }
  const { runIf } = node.settings
  if (typeof runIf === 'string') {
    writer.put('"settings.runIf": ')
    writer.value(runIf, {}, 'settings.runIf')
    writer.put(',\n')
  }
  const { text, holes, steps, namesAny, roots } = writer
  return text === ''
    ? undefined
    : { text: `{\n${text}}`, holes: holes.map((hole) => moved(hole, 2)), steps, namesAny, roots, params }
}

export function moved(hole: WrittenHole, by: number): WrittenHole {
  return { ...hole, start: hole.start + by, sourceEnd: hole.sourceEnd + by, end: hole.end + by }
}

function hasHole(value: Json): boolean {
  if (typeof value === 'string') return value.includes('{{')
  if (Array.isArray(value)) return value.some(hasHole)
  return isJsonObject(value) && Object.values(value).some(hasHole)
}

class HoleWriter {
  text = ''
  readonly holes: WrittenHole[] = []
  readonly steps = new Set<string>()
  readonly roots = new Set<string>()
  namesAny = false
  private readonly node: FlowNode
  private readonly isAction: boolean

  constructor(node: FlowNode, isAction: boolean) {
    this.node = node
    this.isAction = isAction
  }

  put(text: string): void {
    this.text += text
  }

  value(value: Json, schema: ParamSchema, param: string): void {
    if (typeof value === 'string') this.template(value, schema, param)
    else if (Array.isArray(value)) {
      this.put('[')
      for (const [index, item] of value.entries()) {
        this.value(item, schema.prefixItems?.[index] ?? asSchema(schema.items), `${param}.${index}`)
        this.put(', ')
      }
      this.put(']')
    } else if (isJsonObject(value)) {
      this.put('{ ')
      for (const [key, member] of Object.entries(value)) {
        const known = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
        this.put(`[${JSON.stringify(key)}]: `)
        this.value(member, known ?? asSchema(schema.additionalProperties), `${param}.${key}`)
        this.put(', ')
      }
      this.put('}')
    } else this.put(JSON.stringify(value))
  }

  private template(text: string, schema: ParamSchema, param: string): void {
    const template = readable(text)
    // What can't be read is a problem already, and may be anything.
    if (template === undefined) return this.put('anything')
    const { parts } = template
    const [only] = parts
    if (parts.length === 1 && only?.kind === 'text') return this.put(JSON.stringify(text))
    const named = namedIn(template)
    for (const step of named.steps) {
      if (step.computed) this.namesAny = true
      else this.steps.add(step.id)
    }
    for (const { id } of named.roots) this.roots.add(id)
    const wanted = parts.length === 1 ? this.wanted(schema, param) : undefined
    // Text between holes makes no difference to the type: the whole is text.
    if (parts.length > 1) this.put('`')
    for (const part of parts) {
      if (part.kind === 'text') continue
      this.put(parts.length > 1 ? '${(' : '(')
      const start = this.text.length
      this.put(part.source)
      const sourceEnd = this.text.length
      // On a line of its own: the hole may end with a comment.
      this.put(wanted === undefined ? '\n)' : `\n) satisfies ${wanted}`)
      this.holes.push({
        nodeId: this.node.id,
        param,
        template: text,
        offset: text.indexOf(part.source, part.start + 2),
        start,
        sourceEnd,
        end: this.text.length,
      })
      if (parts.length > 1) this.put('}')
    }
    if (parts.length > 1) this.put('`')
  }

  /** What a param takes, where a value of another kind would fail when it runs. */
  private wanted(schema: ParamSchema, param: string): string | undefined {
    if (this.node.type === 'forEach' && param === 'items') return 'readonly unknown[] | null | undefined'
    const { type } = schema
    if (type === 'number' || type === 'integer') return 'number | null | undefined'
    if (!this.isAction || (type !== 'string' && type !== 'boolean')) return undefined
    // Dates become text on the way.
    return type === 'string' ? 'string | Date | null | undefined' : 'boolean | null | undefined'
  }
}

function readable(text: string) {
  try {
    return parseTemplate(text)
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return undefined
    throw error
  }
}

function asSchema(schema: ParamSchema | boolean | undefined): ParamSchema {
  return typeof schema === 'object' ? schema : {}
}
