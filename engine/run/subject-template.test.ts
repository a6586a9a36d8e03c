import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import type { Plan, PlanTrigger } from '#shared/plan.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { indexPlan } from '../state/plan-index.ts'
import { controlScope, subjectFrom } from './prepare-start.ts'
import { subjectTemplate } from './subject-template.ts'

const fields = [
  { id: 'source', label: 'Source', type: 'hidden', default: 'page' },
  { id: 'about', label: 'About', type: 'longText' },
  { id: 'seats', label: 'Seats', type: 'number' },
  { id: 'name', label: 'Name', type: 'text' },
  { id: 'email', label: 'Email' },
]
const form: Omit<PlanTrigger, 'id' | 'name'> = { type: 'form', params: { fields } }
const email: Omit<PlanTrigger, 'id' | 'name'> = { type: 'email', params: {} }

function nameOfRun(start: Omit<PlanTrigger, 'id' | 'name'>, body: Json, settings: Plan['settings'] = {}): string | null {
  const { plan, code } = flowOf({ done: { type: 'set', after: ['trigger'] } }, settings)
  const index = indexPlan({ plan: { ...plan, triggers: [{ id: 'trigger', name: 'Start', ...start }] }, code })
  const template = subjectTemplate(index.plan, 'trigger')
  if (template === undefined) return null
  const facts = { runId: 'run_1', flowId: 'flow_1', version: 1, startedAt: 0, vars: undefined, signingKeys: [], hooksUrl: '' }
  return subjectFrom(template, controlScope(index, { ...facts, trigger: JSON.stringify({ body }) }))
}

test('a form names its run by the first line of text that was filled in', () => {
  const rest = { source: 'mail', about: 'A long story', seats: 3 }
  expect(nameOfRun(form, { ...rest, name: 'Nimbus Ltd', email: 'hello@nimbus.example' })).toBe('Nimbus Ltd')
  expect(nameOfRun(form, { ...rest, name: null, email: 'hello@nimbus.example' })).toBe('hello@nimbus.example')
  expect(nameOfRun(form, { ...rest, email: 'hello@nimbus.example' })).toBe('hello@nimbus.example')
})

test('what nobody sees on the page, and what is no line of text, names nothing', () => {
  expect(nameOfRun(form, { source: 'mail', about: 'A long story', seats: 3, name: '' })).toBeNull()
  expect(nameOfRun({ type: 'form', params: {} }, { name: 'Nimbus' })).toBeNull()
})

test('a mail names its run by its subject, else by who wrote it', () => {
  const from = { name: 'Nimbus', address: 'hello@nimbus.example' }
  expect(nameOfRun(email, { subject: 'Order 7', from })).toBe('Order 7')
  expect(nameOfRun(email, { subject: '', from })).toBe('Nimbus')
  expect(nameOfRun(email, { subject: '', from: { ...from, name: '' } })).toBe('hello@nimbus.example')
})

test('a flow that names its runs itself is left to it, and other starts name nothing', () => {
  expect(nameOfRun(form, { name: 'Nimbus' }, { subject: 'A lead' })).toBe('A lead')
  expect(nameOfRun({ type: 'webhook', params: {} }, { name: 'Nimbus' })).toBeNull()
})
