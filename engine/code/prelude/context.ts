import type { AttemptFacts } from '../runner/messages.ts'
import { parseJson } from './host.ts'
import { files } from './files.ts'
import { log } from './log.ts'
import { makeSecrets } from './secrets.ts'
import { makeStep } from './step.ts'
import { metric, once, state } from './store.ts'

/** The data texts of an attempt, in the order the engine sends them. */
export interface AttemptData {
  trigger: string
  input: string
  vars: string
  run: string
  item: string | undefined
  steps: string[]
}

/** The one argument of a step's function. Data is parsed when it is first looked at. */
export function contextFrom(facts: AttemptFacts, data: AttemptData, signal: () => unknown): object {
  const steps = {}
  facts.steps.forEach((id, i) => defineLazy(steps, id, () => parseJson(data.steps[i] ?? 'null')))
  const context = { steps, log, metric, state, once, files, index: facts.index }
  const { item } = data
  const { durable } = facts
  if (durable !== undefined) defineLazy(context, 'step', () => makeStep(durable.urls))
  defineLazy(context, 'secrets', () => makeSecrets(facts.secretMark))
  defineLazy(context, 'trigger', () => parseJson(data.trigger))
  defineLazy(context, 'input', () => parseJson(data.input))
  defineLazy(context, 'vars', () => parseJson(data.vars))
  defineLazy(context, 'run', () => ({ ...parseJson(data.run), idempotencyKey: facts.idempotencyKey, attempt: facts.attempt }))
  defineLazy(context, 'item', () => (item === undefined ? undefined : parseJson(item)))
  defineLazy(context, 'signal', signal)
  return context
}

function defineLazy(target: object, name: string, make: () => unknown): void {
  const define = (value: unknown) =>
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true })
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get() {
      const value = make()
      define(value)
      return value
    },
    set: define,
  })
}
