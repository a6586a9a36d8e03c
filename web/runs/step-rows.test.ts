import { expect, test } from 'vitest'
import type { RunStep } from '#shared/run.ts'
import { stepRows } from './step-rows.ts'

function step(path: string, status: RunStep['status'] = 'succeeded'): RunStep {
  return {
    path,
    nodeId: 'work',
    status,
    attempt: 1,
    attempts: [],
    input: null,
    output: null,
    error: null,
    handle: null,
    startedAt: null,
    finishedAt: null,
  }
}
const keys = (steps: RunStep[], shown: [string, number][] = [], selected?: string) =>
  stepRows(steps, new Map(shown), selected).map((row) =>
    row.kind === 'more' ? `${row.hidden} more, ${row.failed} failed` : `${row.kind === 'inside' ? '  ' : ''}${row.step.path}`,
  )

test('what code asked for stands below the step whose code it is, in each iteration', () => {
  const steps = ['each', 'each[0]/work', 'each[1]/work', 'each[1]/work#a', 'each[0]/work#a', 'end', 'each[0]/work#b'].map(
    (path) => step(path),
  )
  expect(keys(steps)).toEqual([
    'each',
    'each[0]/work',
    '  each[0]/work#a',
    '  each[0]/work#b',
    'each[1]/work',
    '  each[1]/work#a',
    'end',
  ])
})

test('of a thousand only the first are listed, until somebody wants more, and the chosen one', () => {
  const steps = [
    step('work'),
    ...Array.from({ length: 1000 }, (_, index) => step(`work#n:${index}`, index === 700 ? 'failed' : 'succeeded')),
  ]
  const listed = keys(steps)
  expect(listed).toHaveLength(22)
  expect(listed.at(-1)).toBe('980 more, 1 failed')
  expect(keys(steps, [['work', 120]]).at(-1)).toBe('880 more, 1 failed')
  expect(keys(steps, [], 'work#n:700').slice(-2)).toEqual(['  work#n:700', '979 more, 0 failed'])
})

test('a single one is not hidden behind a line of its own', () => {
  const steps = [step('work'), ...Array.from({ length: 21 }, (_, index) => step(`work#n${index}`))]
  expect(keys(steps)).toHaveLength(22)
})

test('what is listed without its step stands alone', () => {
  expect(keys([step('work#a', 'failed'), step('other')])).toEqual(['work#a', 'other'])
})
