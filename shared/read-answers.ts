import { isAppError } from './errors.ts'
import type { ExpressionScope } from './expression/scope.ts'
import { triggerScope } from './expression/trigger-scope.ts'
import { ExpressionSyntaxError } from './expression/syntax-error.ts'
import { evaluateCondition } from './expression/template.ts'
import { type FieldProblem, type FormField, readValue } from './form-field.ts'
import type { Json } from './json.ts'
import { SentFile } from './sent-file.ts'

/** What came with a form: its answers, what is wrong with them, and which fields these answers make visible. */
export interface ReadAnswers {
  answers: { [id: string]: Json }
  problems: FieldProblem[]
  shown: ReadonlySet<string>
}

const mostCharacters: { [type: string]: number } = { text: 2000, longText: 50_000, hidden: 2000 }

/**
 * Reads what somebody filled in. A field that its condition hides is no answer, whatever was sent for it; conditions
 * see the answers to the fields above, as `trigger.body`, which is what the run gets to see, and those of pages `before`.
 */
export function readAnswers(
  fields: readonly FormField[],
  given: { readonly [id: string]: unknown },
  now: number,
  before: { readonly [id: string]: Json } = {},
): ReadAnswers {
  const answers: { [id: string]: Json } = {}
  const problems: FieldProblem[] = []
  const shown = new Set<string>()
  for (const field of fields) {
    if (!isShown(field, { ...before, ...answers }, now)) continue
    shown.add(field.id)
    const isGiven = Object.hasOwn(given, field.id)
    const read = readAnswer(field, isGiven ? given[field.id] : field.type === 'hidden' ? field.default : undefined)
    if (typeof read === 'string') problems.push({ path: `fields.${field.id}`, message: read })
    else if (read.value !== undefined) answers[field.id] = read.value
  }
  return { answers, problems, shown }
}

function readAnswer(field: FormField, value: unknown): ReturnType<typeof readValue> {
  if (field.type === 'file') {
    if (value instanceof SentFile) return { value: value.inData }
    return field.required ? 'Choose a file.' : { value: null }
  }
  // Browsers end lines as mail does; a flow wants to compare texts.
  const plain = typeof value === 'string' && field.type === 'longText' ? value.replaceAll('\r\n', '\n') : value
  const most = mostCharacters[field.type]
  if (most !== undefined && typeof plain === 'string' && plain.length > most)
    return `This is longer than ${most.toLocaleString('en')} characters.`
  return readValue(field, plain)
}

/** Whether a field is there, with the answers to those above it. One whose condition can't be told is. */
function isShown(field: FormField, answers: { [id: string]: Json }, now: number): boolean {
  if (typeof field.showIf !== 'string') return field.showIf !== false
  try {
    return evaluateCondition(field.showIf, answersScope(answers, now))
  } catch (error) {
    if (isAppError(error) || error instanceof ExpressionSyntaxError) return true
    throw error
  }
}

/** What expressions of a form see: its answers and the time. */
export function answersScope(answers: { [id: string]: Json }, now: number): ExpressionScope {
  return triggerScope(JSON.stringify({ kind: 'form', body: answers }), now)
}
