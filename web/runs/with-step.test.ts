import { expect, test } from 'vitest'
import type { RunStep } from '#shared/run.ts'
import { withStep } from './with-step.ts'

const running: RunStep = {
  path: 'charge',
  nodeId: 'charge',
  status: 'running',
  attempt: 1,
  attempts: [],
  input: { amount: 12 },
  output: null,
  error: null,
  handle: null,
  startedAt: '2031-05-12T14:00:00Z',
  finishedAt: null,
}
const finished: RunStep = { ...running, status: 'succeeded', finishedAt: '2031-05-12T14:00:01Z', output: { ok: true } }

test('a step that starts is added, a known one is changed and keeps what came in', () => {
  const { input: _, output: __, ...change } = { ...running, path: 'mail', nodeId: 'mail' }
  expect(withStep([finished], change).map((step) => step.path)).toEqual(['charge', 'mail'])
  const after = withStep([running], { ...running, status: 'succeeded', finishedAt: finished.finishedAt })
  expect(after[0]).toMatchObject({ status: 'succeeded', input: { amount: 12 } })
})

test('a message repeated after a reconnect does not take a finished step back', () => {
  expect(withStep([finished], running)).toEqual([finished])
  expect(withStep([{ ...running, attempt: 2 }], running)[0]?.attempt).toBe(2)
})

test('the next attempt is not mistaken for a repeat', () => {
  const failed: RunStep = { ...finished, status: 'failed' }
  expect(withStep([failed], { ...running, attempt: 2, status: 'running' })[0]).toMatchObject({
    attempt: 2,
    status: 'running',
    finishedAt: null,
  })
})
