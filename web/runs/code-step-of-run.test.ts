import { expect, test } from 'vitest'
import { findCodeSteps } from '#shared/find-code-steps.ts'
import { askedIn, codeStepOfRun } from './code-step-of-run.ts'

const steps = findCodeSteps(`export default async ({ step }) => {
  await step.run('save', f)
  for (const id of ids) await step.run(\`save \${id}\`, f)
  for (const id of ids) await step.run(\`save \${id} to \${place} now\`, f)
  await step.run(name, f)
  await step.sleepUntil('noon', at)
  await step.sleep('save', '1s')
}`)
const lineOf = (call: string, name: string) => codeStepOfRun(steps, call, name)?.line

test('what was asked for in a run is found in the code, by what it is and by its name', () => {
  expect(lineOf('run', 'save')).toBe(2)
  expect(lineOf('sleep', 'save')).toBe(7)
  expect(lineOf('sleep', 'noon')).toBe(6)
  expect(lineOf('fetch', 'GET shop/orders')).toBeUndefined()
})

test('a name that was put together is found by the most of it that stands in the code', () => {
  expect(lineOf('run', 'save 7')).toBe(3)
  expect(lineOf('run', 'save 7 to Rome now')).toBe(4)
  expect(lineOf('run', 'save 7 to now')).toBe(3)
  expect(lineOf('run', 'anything')).toBe(5)
})

test('a path says whose code asked, and under which name', () => {
  expect(askedIn('work')).toBeUndefined()
  expect(askedIn('each[3]/work#get a %2F b')).toEqual({ by: 'each[3]/work', name: 'get a / b' })
  expect(askedIn('work#save:12')).toEqual({ by: 'work', name: 'save' })
  expect(askedIn('work#a%3A2:3')).toEqual({ by: 'work', name: 'a:2' })
  expect(askedIn('work#100% sure')).toEqual({ by: 'work', name: '100% sure' })
})
