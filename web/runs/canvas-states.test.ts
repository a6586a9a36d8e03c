import { expect, test } from 'vitest'
import { Flow } from '#shared/flow.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { codeStepKey, codeStepsOf } from '../editor/code-steps-of.ts'
import { canvasStates, takenEdges } from './canvas-states.ts'

const run: Run = {
  id: 'run_1',
  flowId: 'flow_1',
  version: 1,
  status: 'running',
  subject: null,
  error: null,
  createdAt: '2031-05-12T14:00:00Z',
  startedAt: '2031-05-12T14:00:00Z',
  finishedAt: null,
  replayOf: null,
  parent: null,
  triggerId: 'start',
  trigger: {},
  output: null,
  waits: [],
  requestId: null,
}

function step(nodeId: string, rest: Partial<RunStep>): RunStep {
  return {
    path: nodeId,
    nodeId,
    status: 'succeeded',
    attempt: 1,
    attempts: [],
    input: null,
    output: null,
    error: null,
    handle: 'out',
    startedAt: '2031-05-12T14:00:00.000Z',
    finishedAt: '2031-05-12T14:00:00.400Z',
    ...rest,
  }
}

test('each step says how it went in a word and a time', () => {
  const states = canvasStates(undefined, run, [
    step('add', {}),
    step('send', { status: 'failed', attempt: 3, handle: null }),
    step('other', { status: 'skipped', handle: null }),
  ])
  expect(states.get('start')?.state).toBe('worked')
  expect(states.get('add')).toEqual({ state: 'worked', count: 1, line3: 'Worked · 400 ms' })
  expect(states.get('send')).toEqual({ state: 'failed', line3: 'Failed · try 3' })
  expect(states.get('other')?.state).toBe('not-reached')
})

test('the rounds of a step are told together, the one that stands out first', () => {
  const states = canvasStates(undefined, run, [
    step('each', {}),
    step('work', { path: 'each[0]/work' }),
    step('work', { path: 'each[1]/work', status: 'failed', handle: null }),
    step('work', { path: 'each[2]/work' }),
    step('rare', { path: 'each[0]/rare', status: 'skipped', handle: null }),
    step('rare', { path: 'each[1]/rare' }),
    step('code', {}),
    step('code', { path: 'code#inner', status: 'failed' }),
  ])
  expect(states.get('work')).toEqual({ state: 'failed', count: 2, line3: '1 failed · 2 worked' })
  expect(states.get('rare')).toEqual({ state: 'worked', count: 1, line3: 'Worked · once' })
  expect(states.get('code')?.state).toBe('worked')
})

test('what code asked for is told by its place in the code: how often, and the one that stands out', () => {
  const code =
    "export default async ({ step }) => {\n  await step.run('once', f)\n  for (const id of ids) await step.run(`save ${id}`, f)\n}"
  const flow = Flow.parse({ nodes: [{ id: 'work', type: 'code', params: { code } }] })
  const asked = (path: string, rest: Partial<RunStep> = {}) => step('work', { path, call: 'run', ...rest })
  const states = canvasStates(flow, run, [
    step('work', { path: 'each[0]/work' }),
    asked('each[0]/work#once'),
    step('work', { path: 'each[1]/work' }),
    asked('each[1]/work#once'),
    asked('each[0]/work#save 1', { attempt: 2 }),
    asked('each[1]/work#save 1', { status: 'failed' }),
    asked('each[1]/work#not in the code', { call: 'fetch' }),
  ])
  const [once, save] = flow.nodes.flatMap((node) => codeStepsOf(node).map(codeStepKey))
  expect(states.get('work')?.inside).toEqual(
    new Map([
      [once, { state: 'worked', count: 2, line3: '2 ×' }],
      [save, { state: 'failed', count: 2, line3: '1 of 2' }],
    ]),
  )
})

test('a step that waits for a person is not just waiting', () => {
  const waiting = step('ask', { status: 'waiting', handle: null, finishedAt: null })
  const wait = { path: 'ask', kind: 'approval', since: '2031-05-12T14:00:00Z' } as const
  expect(canvasStates(undefined, { ...run, waits: [wait] }, [waiting]).get('ask')?.state).toBe('needs-you')
  expect(canvasStates(undefined, run, [waiting]).get('ask')?.state).toBe('waiting')
})

test('only the branch a step was left by is drawn as taken', () => {
  const flow = Flow.parse({
    nodes: ['start', 'big', 'yes', 'no'].map((id) => ({ id, type: 'set' })),
    edges: [
      { source: 'start', target: 'big' },
      { source: 'big', sourceHandle: 'true', target: 'yes' },
      { source: 'big', sourceHandle: 'false', target: 'no' },
    ],
  })
  const steps = [
    step('big', { handle: 'true' }),
    step('yes', { status: 'running', handle: null }),
    step('no', { status: 'skipped', handle: null }),
  ]
  expect(takenEdges(flow, run, steps)).toEqual(new Set(['start:out>big', 'big:true>yes']))
})
