import { expect, test } from 'vitest'
import type { RunStep } from '#shared/run.ts'
import { stepBars, withWaitsCut } from './step-bars.ts'

const originMs = Date.parse('2031-05-12T14:00:00.000Z')
const at = (ms: number) => new Date(originMs + ms).toISOString()

function step(rest: Partial<RunStep>): RunStep {
  return {
    path: 'send',
    nodeId: 'send',
    status: 'succeeded',
    attempt: 1,
    attempts: [],
    input: null,
    output: null,
    error: null,
    handle: 'out',
    startedAt: at(0),
    finishedAt: at(5000),
    ...rest,
  }
}
const shown = (bars: ReturnType<typeof stepBars>) =>
  bars.map(({ kind, fromMs, toMs }) => [kind, fromMs - originMs, toMs - originMs])

test('attempts lie on one row with the waits between them', () => {
  const retried = step({
    attempt: 2,
    attempts: [
      { attempt: 1, startedAt: at(0), finishedAt: at(400), outcome: 'failed', error: null },
      { attempt: 2, startedAt: at(4000), finishedAt: at(5000), outcome: 'succeeded', error: null },
    ],
  })
  expect(shown(stepBars(retried, originMs + 9000, false))).toEqual([
    ['failed', 0, 400],
    ['waiting', 400, 4000],
    ['worked', 4000, 5000],
  ])
})

test('a step between two attempts is shown waiting until now', () => {
  const retrying = step({
    status: 'retrying',
    finishedAt: null,
    attempts: [{ attempt: 1, startedAt: at(0), finishedAt: at(400), outcome: 'failed', error: null }],
  })
  expect(shown(stepBars(retrying, originMs + 2000, false))).toEqual([
    ['failed', 0, 400],
    ['waiting', 400, 2000],
  ])
})

test('a step that only waits is hollow from end to end, and one not reached has no bar', () => {
  const attempt = { attempt: 1, startedAt: at(0), finishedAt: at(5000), outcome: 'succeeded', error: null } as const
  expect(shown(stepBars(step({ attempts: [attempt] }), originMs, true))).toEqual([['waiting', 0, 5000]])
  expect(stepBars(step({ status: 'skipped', startedAt: null, finishedAt: null }), originMs, false)).toEqual([])
})

test('code is not drawn at work while all it does is wait for what it asked for', () => {
  const span = (fromMs: number, toMs: number) => ({ fromMs: originMs + fromMs, toMs: originMs + toMs })
  const bar = { kind: 'worked' as const, title: 'Try 1 worked', ...span(0, 10_000) }
  expect(shown(withWaitsCut([bar], [span(1000, 8000), span(2000, 9000)], [span(3000, 4000)]))).toEqual([
    ['worked', 0, 1000],
    ['waiting', 1000, 3000],
    ['worked', 3000, 4000],
    ['waiting', 4000, 9000],
    ['worked', 9000, 10_000],
  ])
  expect(shown(withWaitsCut([bar], [], [span(3000, 4000)]))).toEqual([['worked', 0, 10_000]])
})
