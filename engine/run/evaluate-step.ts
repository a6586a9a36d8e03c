import { durationMs, maxDurationMs } from '#shared/duration.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { Budget } from '#shared/expression/budget.ts'
import { dateFrom, readDate } from '#shared/expression/dates.ts'
import { evaluateCondition, type ExpressionLimits, renderParams, renderTemplate } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { elementsOf, sliceJson } from '#shared/json-text.ts'
import type { PlanStep } from '#shared/plan.ts'
import type { Asked } from '../approvals/open-question.ts'
import { approversFrom, questionFrom } from '../approvals/question.ts'
import { matchKeyOf } from '../events/match-key.ts'
import type { StepEnd, StepWait } from '../state/journal.ts'
import { replyFrom } from './reply-from.ts'
import type { WebCaller } from './web-caller.ts'

/** What a step of the engine's own waits for. */
export type WaitOfStep = Exclude<StepWait, { kind: 'child' | 'approval' }>

/** What a step of the engine's own does: it ends at once, or waits. `payload` is its output, or the reply's body. */
export type Evaluated =
  | { kind: 'finished'; end?: StepEnd; output: JsonText; payload?: JsonText | null }
  | { kind: 'waiting'; wait: WaitOfStep }
  | ({ kind: 'asking' } & Asked)
  /** A loop begins; without items a condition decides how often it goes round. `payload` is what is stored of the items. */
  | { kind: 'looping'; items?: readonly JsonText[]; payload?: JsonText }

/**
 * Works out a step that touches nothing outside. Pure: the same scope gives the same result.
 * `caller` is where the one who waits for the run's answer stands.
 */
export function evaluateStep(
  step: PlanStep,
  scope: ExpressionScope,
  caller: WebCaller,
  limits?: Partial<ExpressionLimits>,
  mostItems = 10_000,
  /** A wait begins when it opens, also one that is opened once more after its step failed. */
  opensAt = scope.now,
): Evaluated {
  const { params } = step
  switch (step.type) {
    case 'forEach':
      return evaluateItems(step, scope, limits, mostItems)
    case 'repeat':
      return { kind: 'looping' }
    case 'set':
      return { kind: 'finished', output: render(step, scope, limits, 'values') ?? '{}' }
    case 'output':
      return { kind: 'finished', output: render(step, scope, limits, 'value') ?? 'null' }
    case 'branch': {
      const result = isTrue(params['condition'], scope, limits)
      return finished({ result }, [result ? 'true' : 'false'])
    }
    case 'filter': {
      const passed = isTrue(params['condition'], scope, limits)
      return finished({ passed }, passed ? ['out'] : [])
    }
    case 'switch':
      return evaluateSwitch(step, scope, limits)
    case 'delay':
      return evaluateDelay(renderAll(step, scope, limits), opensAt)
    case 'waitForCall':
    case 'waitForForm': {
      const { timeout } = renderAll(step, scope, limits)
      return {
        kind: 'waiting',
        wait: { kind: 'call', expiresAt: timeout === undefined ? null : opensAt + durationFrom(timeout) },
      }
    }
    case 'waitForEvent':
      return { kind: 'waiting', wait: evaluateEventWait(step, scope, opensAt, limits) }
    case 'approval':
      return evaluateApproval(step, scope, opensAt, limits)
    case 'respond':
      return evaluateRespond(step, scope, caller, limits)
    case 'stop': {
      const { as, message } = renderAll(step, scope, limits)
      const stop = { as: as === 'succeeded' ? ('succeeded' as const) : ('failed' as const), message: textFrom(message) }
      return { kind: 'finished', end: { stop }, output: JSON.stringify(stop) }
    }
    default:
      throw new AppError('invalid_input', `The engine has no step of type "${step.type}". Update Holdfast, or use another step.`)
  }
}

/** The params with every hole filled in, as one JSON text. */
export function renderInput(step: PlanStep, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): JsonText {
  return renderParams(step.params, step.expressions, scope, limits)
}

function render(
  step: PlanStep,
  scope: ExpressionScope,
  limits: Partial<ExpressionLimits> | undefined,
  param: string,
): JsonText | undefined {
  return sliceJson(renderInput(step, scope, limits), [param])
}

function renderAll(step: PlanStep, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): { [name: string]: Json } {
  return JSON.parse(renderInput(step, scope, limits))
}

function isTrue(condition: Json | undefined, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): boolean {
  if (typeof condition === 'boolean' || typeof condition === 'string') return evaluateCondition(condition, scope, limits)
  throw new AppError('invalid_input', 'The condition is neither yes, no nor an expression.')
}

function finished(output: Json, handles: string[]): Evaluated {
  return { kind: 'finished', end: { handles }, output: JSON.stringify(output) }
}

function evaluateSwitch({ params }: PlanStep, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): Evaluated {
  const cases = (Array.isArray(params['cases']) ? params['cases'] : []).filter(isJsonObject)
  const all = params['match'] === 'all'
  const met: string[] = []
  for (const { id, when } of cases) {
    if (typeof id !== 'string' || !isTrue(when, scope, limits)) continue
    met.push(id)
    if (!all) break
  }
  const handles = met.length > 0 ? met : ['default']
  return finished(all ? { cases: met } : { case: met[0] ?? 'default' }, handles)
}

function evaluateItems(
  step: PlanStep,
  scope: ExpressionScope,
  limits: Partial<ExpressionLimits> | undefined,
  mostItems: number,
): Evaluated {
  const { items } = step.params
  const list = (typeof items === 'string' ? renderTemplate(items, scope, limits) : JSON.stringify(items ?? null)).trim()
  if (!list.startsWith('[')) {
    const what = list === 'null' ? 'nothing' : list.startsWith('{') ? 'a group of fields' : `the value ${list.slice(0, 40)}`
    throw new AppError(
      'invalid_input',
      `Step "${step.name}" goes through a list, but it was given ${what}. Choose a value that is a list.`,
    )
  }
  const single = elementsOf(list)
  if (single.length > mostItems) {
    const message = `Step "${step.name}" was given ${single.length} items; ${mostItems} is the most. Split the list, or raise HOLDFAST_LIMIT_ITEMS.`
    throw new AppError('invalid_input', message)
  }
  const size = typeof step.params['batchSize'] === 'number' ? Math.max(1, step.params['batchSize']) : 1
  if (size === 1) return { kind: 'looping', items: single, payload: list }
  const batches: JsonText[] = []
  for (let at = 0; at < single.length; at += size) batches.push(`[${single.slice(at, at + size).join(',')}]`)
  return { kind: 'looping', items: batches, payload: `[${batches.join(',')}]` }
}

function evaluateDelay(input: { [name: string]: Json }, now: number): Evaluated {
  const until = input['until'] === undefined ? now + durationFrom(input['for'] ?? 0) : instantFrom(input['until'])
  if (until > now + maxDurationMs) throw new AppError('invalid_input', 'A run can wait 5 years at the most.')
  return { kind: 'waiting', wait: { kind: 'delay', until } }
}

function evaluateEventWait(
  step: PlanStep,
  scope: ExpressionScope,
  opensAt: number,
  limits?: Partial<ExpressionLimits>,
): WaitOfStep {
  const { name, timeout, early } = renderAll(step, scope, limits)
  if (typeof name !== 'string' || name === '' || name.length > 200 || name.includes('\0')) {
    const message = `The name of the event that step "${step.name}" waits for is not a text of 1 to 200 characters.`
    throw new AppError('invalid_input', message)
  }
  const { match } = step.params
  const key = typeof match === 'string' ? matchKeyOf(match, scope, limits) : undefined
  return {
    kind: 'event',
    name,
    expiresAt: timeout === undefined ? null : opensAt + durationFrom(timeout),
    ...(early === 'ignore' ? { since: opensAt } : {}),
    ...(key ? { key } : {}),
  }
}

function evaluateApproval(
  step: PlanStep,
  scope: ExpressionScope,
  opensAt: number,
  limits?: Partial<ExpressionLimits>,
): Evaluated {
  const input = renderAll(step, scope, limits)
  const { timeout, reminder } = input
  return {
    kind: 'asking',
    question: questionFrom(input, step.name),
    expiresAt: timeout === undefined ? null : opensAt + durationFrom(timeout),
    ...(reminder === undefined ? {} : { remindAt: opensAt + durationFrom(reminder) }),
  }
}

/** Who may answer the question of a step, worked out by itself; nobody when that fails, which shows when it is asked. */
export function approversOf(step: PlanStep, scope: ExpressionScope, limits?: Partial<ExpressionLimits>): string[] {
  const { approvers } = step.params
  if (approvers === undefined) return []
  try {
    const rendered: { approvers: Json } = JSON.parse(renderParams({ approvers }, step.expressions, scope, limits))
    return approversFrom(rendered.approvers, step.name) ?? []
  } catch {
    return []
  }
}

export function durationFrom(value: Json): number {
  if (typeof value === 'number' || typeof value === 'string') return durationMs(value)
  throw new AppError('invalid_input', 'The length of time is neither a number of milliseconds nor a text like "10s" or "2h".')
}

/** A local time with its zone behind it, as in `2030-01-31T08:00[Europe/Berlin]`. */
const zoned = /^(.{8,30}?)\s*\[([A-Za-z0-9_+\-/]{1,60})\]$/

/** Never the server's own time zone: a time without one is refused. */
function instantFrom(value: Json): number {
  const text = typeof value === 'string' ? value.trim() : value
  const at = dateOf(typeof text === 'string' || typeof text === 'number' ? text : null)?.getTime() ?? Number.NaN
  if (Number.isFinite(at)) return Math.ceil(at)
  throw new AppError(
    'invalid_input',
    'The time to wait for is no date that says its time zone. Write it like "2030-01-31T08:00:00Z" or "2030-01-31T08:00[Europe/Berlin]".',
  )
}

function dateOf(value: string | number | null): Date | undefined {
  if (value === null) return undefined
  try {
    const [, local, zone] = (typeof value === 'string' && zoned.exec(value)) || []
    return local === undefined ? dateFrom(value) : readDate(local, zone, new Budget())
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

function evaluateRespond(
  step: PlanStep,
  scope: ExpressionScope,
  caller: WebCaller,
  limits?: Partial<ExpressionLimits>,
): Evaluated {
  if (caller === 'answered') return { kind: 'finished', output: '{"sent":false}', payload: '{"sent":false}' }
  const input = renderInput(step, scope, limits)
  const reply = replyFrom(step, input)
  const isLate = caller === 'heldEnough'
  const head = isLate ? { ...reply.head, isLate: true as const } : reply.head
  return { kind: 'finished', end: { reply: head }, output: JSON.stringify({ sent: !isLate }), payload: reply.body }
}

function textFrom(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
