import { expect, test } from 'vitest'
import type { RunStatus, RunSummary } from '#shared/run.ts'
import { mergeRuns } from './merge-runs.ts'

function run(id: string, status: RunStatus = 'succeeded'): RunSummary {
  return {
    id,
    flowId: 'flow_1',
    version: 1,
    status,
    subject: null,
    error: null,
    createdAt: '2031-05-12T14:00:00Z',
    startedAt: null,
    finishedAt: null,
    replayOf: null,
    parent: null,
    triggerId: 'start',
  }
}
const ids = (rows: RunSummary[]) => rows.map((row) => row.id)

test('a run that went on shows its newest state where it stood', () => {
  const merged = mergeRuns(
    { items: [run('run_3'), run('run_2', 'failed')], isWhole: false },
    [run('run_3'), run('run_2', 'running'), run('run_1')],
    'run_3',
  )
  expect(ids(merged.rows)).toEqual(['run_3', 'run_2', 'run_1'])
  expect(merged.rows[1]?.status).toBe('failed')
})

test('newer runs are counted, not shown, until they are asked for', () => {
  const fresh = { items: [run('run_4'), run('run_3'), run('run_2')], isWhole: false }
  const older = [run('run_2'), run('run_1')]
  expect(mergeRuns(fresh, older, 'run_2')).toMatchObject({ newCount: 2, hasGap: false })
  expect(ids(mergeRuns(fresh, older, 'run_2').rows)).toEqual(['run_2', 'run_1'])
  expect(ids(mergeRuns(fresh, older, 'run_4').rows)).toEqual(['run_4', 'run_3', 'run_2', 'run_1'])
})

test('a run that left the filter leaves the list', () => {
  const merged = mergeRuns(
    { items: [run('run_3'), run('run_1')], isWhole: false },
    [run('run_3'), run('run_2'), run('run_1'), run('run_0')],
    'run_3',
  )
  expect(ids(merged.rows)).toEqual(['run_3', 'run_1', 'run_0'])
})

test('when the first page is everything, nothing else is shown', () => {
  expect(mergeRuns({ items: [], isWhole: true }, [run('run_1')], 'run_1').rows).toEqual([])
})

test('more new runs than a page holds leave a gap', () => {
  const merged = mergeRuns({ items: [run('run_9'), run('run_8')], isWhole: false }, [run('run_2')], 'run_2')
  expect(merged.hasGap).toBe(true)
})
