import { expect, test } from 'vitest'
import { Flow } from '#shared/flow.ts'
import type { RunStep } from '#shared/run.ts'
import { codeStepName, codeStepsOf } from '../editor/code-steps-of.ts'
import { codePlaceOf } from './code-place-of.ts'
import { withAsked } from './with-asked.ts'

const flow = Flow.parse({
  nodes: [{ id: 'work', type: 'code', params: { code: "export default ({ step }) => step.run('known', f)" } }],
})
const asked = (path: string, call = 'run'): RunStep => ({
  path,
  nodeId: 'work',
  call,
  status: 'succeeded',
  attempt: 1,
  attempts: [],
  input: null,
  output: null,
  error: null,
  handle: null,
  startedAt: null,
  finishedAt: null,
})
const namesIn = (document: Flow) => document.nodes.flatMap((node) => codeStepsOf(node).map(codeStepName))

test('what a run did beyond what the text of the code tells is listed too', () => {
  const steps = [
    asked('work#known'),
    asked('work#by a helper'),
    asked('work#by a helper:2'),
    asked('work#GET shop%2Forders', 'fetch'),
    asked('work#GET shop%2Fcustomers', 'fetch'),
  ]
  const shown = withAsked(flow, steps)
  expect(namesIn(shown)).toEqual(['known', 'by a helper', 'Web call'])
  expect(steps.map((step) => codePlaceOf(shown, step)?.line)).toEqual([1, undefined, undefined, undefined, undefined])
  expect(steps.every((step) => codePlaceOf(shown, step) !== undefined)).toBe(true)
  expect(namesIn(flow)).toEqual(['known'])
})

test('a flow whose code tells all stays as it is, and many names become one', () => {
  expect(
    withAsked(
      flow,
      [asked('work#known'), asked('other#x')].map((step) => ({ ...step, nodeId: step.path.split('#')[0] ?? '' })),
    ),
  ).toBe(flow)
  const many = withAsked(
    flow,
    Array.from({ length: 500 }, (_, index) => asked(`work#n ${index}`)),
  )
  expect(namesIn(many)).toHaveLength(22)
  expect(namesIn(many).at(-1)).toBe('Step in code')
})
