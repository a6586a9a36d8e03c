import { AppError, isAppError } from '../errors.ts'
import { isJsonObject } from '../is-json-object.ts'
import type { Json, JsonText } from '../json.ts'
import type { DataPath } from './ast.ts'
import { Budget, type ExpressionLimits } from './budget.ts'
import { Evaluation } from './evaluate.ts'
import { type Hole, parseTemplate, type Template } from './parse-template.ts'
import type { ExpressionScope } from './scope.ts'
import { dataOf } from './scope-data.ts'
import { stringify } from './stringify.ts'
import { toText, type Value } from './value.ts'

/**
 * The value of a text with holes, as JSON text. One single hole keeps its value's type, and a hole that is only a
 * path gives the stored text to the letter; otherwise holes become text: lists and groups of fields as JSON, and
 * what is missing or null as nothing.
 */
export function renderTemplate(text: string, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): JsonText {
  return new Renderer(scope, limits).template(text)
}

/**
 * A step's params as one JSON text: in those named, strings are templates (also inside objects and lists, never as
 * keys); the others are written as they are.
 */
export function renderParams(
  params: { [name: string]: Json },
  expressionParamNames: readonly string[],
  scope: ExpressionScope,
  limits?: Partial<ExpressionLimits>,
): JsonText {
  const renderer = new Renderer(scope, limits)
  const members = Object.entries(params).map(([name, value]) => {
    const text = expressionParamNames.includes(name) ? renderer.json(value, name) : JSON.stringify(value)
    return `${JSON.stringify(name)}:${text}`
  })
  return `{${members.join(',')}}`
}

/** Whether a condition holds: true, false, or a string that is exactly one hole, judged as JavaScript judges truth. */
export function evaluateCondition(
  condition: boolean | string,
  scope: ExpressionScope,
  limits?: Partial<ExpressionLimits>,
): boolean {
  if (typeof condition === 'boolean') return condition
  const hole = singleHole(condition)
  if (!hole) throw new AppError('expression_error', 'A condition is true, false or one single hole.')
  return Boolean(new Renderer(scope, limits).value(hole, undefined))
}

/** The hole a text consists of, if it is one hole and nothing else. */
export function singleHole(text: string): Hole | undefined {
  return onlyHole(parseTemplate(text))
}

function onlyHole({ parts }: Template): Hole | undefined {
  const [first] = parts
  return parts.length === 1 && first?.kind === 'hole' ? first : undefined
}

class Renderer {
  private readonly scope: ExpressionScope
  private readonly budget: Budget
  private readonly evaluation: Evaluation

  constructor(scope: ExpressionScope, limits: Partial<ExpressionLimits> = {}) {
    this.scope = scope
    this.budget = new Budget(limits)
    this.evaluation = new Evaluation(scope, this.budget)
  }

  json(value: Json, param: string): JsonText {
    if (typeof value === 'string') return this.template(value, param)
    if (Array.isArray(value)) return `[${value.map((item, index) => this.json(item, `${param}.${index}`)).join(',')}]`
    if (!isJsonObject(value)) return JSON.stringify(value)
    return `{${Object.entries(value)
      .map(([key, member]) => `${JSON.stringify(key)}:${this.json(member, `${param}.${key}`)}`)
      .join(',')}}`
  }

  template(text: string, param?: string): JsonText {
    if (!text.includes('{{')) return JSON.stringify(text)
    const template = parseTemplate(text)
    const hole = onlyHole(template)
    if (hole) return this.stored(hole.path) ?? this.computed(hole, param)
    const parts = template.parts.map((part) => (part.kind === 'text' ? part.text : this.asText(part, param)))
    return JSON.stringify(parts.join(''))
  }

  value(hole: Hole, param: string | undefined): Value {
    return this.locate(hole, param, () => this.evaluation.evaluate(hole.expression))
  }

  private computed(hole: Hole, param: string | undefined): JsonText {
    return this.locate(hole, param, () => stringify(this.evaluation.evaluate(hole.expression), this.budget) ?? 'null')
  }

  private asText(hole: Hole, param: string | undefined): string {
    return this.locate(hole, param, () => {
      const stored = this.stored(hole.path)
      const text = stored === undefined ? this.textOf(this.evaluation.evaluate(hole.expression)) : textOfJson(stored)
      this.budget.build(text.length)
      return text
    })
  }

  private textOf(value: Value): string {
    if (value === undefined || value === null) return ''
    const isPlain = typeof value !== 'object' || value instanceof Date
    return isPlain ? toText(value, this.budget) : (stringify(value, this.budget) ?? '')
  }

  /** The stored text a path leads to; undefined where it leads to nothing that is stored, such as a length. */
  private stored(path: DataPath | undefined): JsonText | undefined {
    return path && dataOf(this.scope).stored(path, this.budget)
  }

  /** Says of a failure which hole of which param it was. */
  private locate<T>(hole: Hole, param: string | undefined, run: () => T): T {
    try {
      return run()
    } catch (error) {
      if (!isAppError(error)) throw error
      const source = hole.source.length > 80 ? `${hole.source.slice(0, 79)}…` : hole.source
      throw new AppError(error.code, `${param === undefined ? '' : `${param}: `}{{ ${source} }} – ${error.message}`, {
        details: { param, offset: hole.start },
        cause: error,
      })
    }
  }
}

function textOfJson(text: JsonText): string {
  if (!text.startsWith('"')) return text === 'null' ? '' : text
  const unquoted: string = JSON.parse(text)
  return unquoted
}
