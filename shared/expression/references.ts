import type { Argument, Expression, Pattern, RootName } from './ast.ts'
import { parseTemplate, type Template } from './parse-template.ts'
import { ExpressionSyntaxError } from './syntax-error.ts'

/** A place in a text where a step is named. */
export interface Reference {
  id: string
  start: number
  end: number
}

export interface References {
  /** `steps.<id>`; with `computed` for `steps[expression]`, which may be any step and has no id. */
  steps: (Reference & { computed?: boolean })[]
  /** `loops.<id>`. */
  loops: Reference[]
  /** `run.resumeUrl('<id>')` and `run.approvalUrl('<id>')`. */
  waits: Reference[]
}

/** All that the holes of a text name. */
export interface NamedInTemplate extends References {
  /** `trigger`, `item` and the like. */
  roots: { id: RootName; start: number }[]
}

/** Every step that the holes of a text name. Throws ExpressionSyntaxError for a text that can't be read. */
export function references(text: string): References {
  const { steps, loops, waits } = namedIn(text.includes('{{') ? parseTemplate(text) : { parts: [] })
  return { steps, loops, waits }
}

/** The same with the roots, of a text that was read. */
export function namedIn(template: Template): NamedInTemplate {
  const found: NamedInTemplate = { steps: [], loops: [], waits: [], roots: [] }
  for (const part of template.parts) if (part.kind === 'hole') visit(part.expression, (expression) => collect(expression, found))
  return found
}

/** The text with every reference to one step rewritten to another; unchanged when it can't be read. */
export function renameReferences(text: string, from: string, to: string): string {
  if (!text.includes(from)) return text
  const found = findReferences(text)
  if (!found) return text
  const places = [...found.steps, ...found.loops, ...found.waits]
    .filter((place) => place.id === from)
    .toSorted((a, b) => b.start - a.start)
  return places.reduce(
    (result, { start, end }) => result.slice(0, start) + nameLike(result.charAt(start), to) + result.slice(end),
    text,
  )
}

/** Written as the old name was: after a dot, or in the same quotes. */
function nameLike(first: string, to: string): string {
  return first === '"' || first === "'" || first === '`' ? first + to + first : to
}

function findReferences(text: string): References | undefined {
  try {
    return references(text)
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return undefined
    throw error
  }
}

function collect(expression: Expression, found: NamedInTemplate): void {
  if (expression.kind === 'root') found.roots.push({ id: expression.name, start: expression.start })
  if (expression.kind === 'step') found.steps.push({ id: expression.id, start: expression.idStart, end: expression.idEnd })
  if (expression.kind === 'stepByName') found.steps.push({ id: '', start: expression.start, end: expression.end, computed: true })
  if (expression.kind === 'member' && expression.object.kind === 'root' && expression.object.name === 'loops') {
    pushNamed(found.loops, expression.key)
  }
  if (expression.kind === 'call' && (expression.name === 'run.resumeUrl' || expression.name === 'run.approvalUrl')) {
    const [first] = expression.args
    if (first && first.kind === 'value') pushNamed(found.waits, first)
  }
}

function pushNamed(into: Reference[], { start, end, ...expression }: Expression): void {
  if (expression.kind === 'value' && typeof expression.value === 'string') into.push({ id: expression.value, start, end })
}

/** An expression and all within it. */
export function expressionsIn(expression: Expression): Expression[] {
  const all: Expression[] = []
  visit(expression, (one) => all.push(one))
  return all
}

/** Calls `see` for an expression and all within it. */
function visit(expression: Expression, see: (expression: Expression) => void): void {
  see(expression)
  for (const child of childrenOf(expression)) visit(child, see)
}

function childrenOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'value':
    case 'root':
    case 'step':
    case 'local':
      return []
    case 'stepByName':
      return [expression.name]
    case 'text':
      return expression.values
    case 'member':
      return [expression.object, expression.key]
    case 'unary':
      return [expression.operand]
    case 'binary':
    case 'logical':
      return [expression.left, expression.right]
    case 'choice':
      return [expression.test, expression.yes, expression.no]
    case 'list':
      return expression.items.map((item) => (item.kind === 'spread' ? item.value : item))
    case 'object':
      return expression.entries.flatMap((entry) => (entry.kind === 'spread' ? [entry.value] : [entry.key, entry.value]))
    case 'call':
      return expression.args.flatMap(inArgument)
    case 'method':
      return [expression.object, ...expression.args.flatMap(inArgument)]
  }
}

function inArgument(arg: Argument): Expression[] {
  if (arg.kind === 'functionName') return []
  if (arg.kind === 'spread') return [arg.value]
  return arg.kind === 'arrow' ? [...arg.params.flatMap(inPattern), arg.body] : [arg]
}

function inPattern(pattern: Pattern): Expression[] {
  switch (pattern.kind) {
    case 'slot':
      return []
    case 'withDefault':
      return [pattern.value, ...inPattern(pattern.pattern)]
    case 'fields':
      return pattern.fields.flatMap(({ key, pattern: inner }) => [key, ...inPattern(inner)])
    case 'places':
      return pattern.places.flatMap((place) => (place ? inPattern(place) : []))
  }
}
