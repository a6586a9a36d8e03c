import { expect, test } from 'vitest'
import type { RunRow, SeenRun } from '../checker/evidence.ts'
import type { Told } from '../told.ts'
import { drained } from './drained.ts'
import { found } from './found.ts'
import { mailed } from './mailed.ts'

const row: Omit<RunRow, 'id' | 'createdAt'> = {
  ...{ workspaceId: 'ws_1', flowId: 'flow_1', version: 1, planHash: 'plan', status: 'succeeded', epoch: 1, workerId: null },
  ...{ ready: false, dueAt: null, arrived: 0, parent: null, replayOf: null, requestId: null, finishedAt: 9000, error: null },
  ...{ outputSeq: null, lastSeq: null, trigger: null },
}

function seen(tag: string, createdAt: number): SeenRun {
  const run = { ...row, id: `run_${tag}`, createdAt }
  return { kind: '', tag, run, input: {}, outputText: '', output: null, events: [], calls: [], told: [], wasLost: () => false }
}

function told(tag: string, sentAt: number, more: Partial<Told> = {}): Told {
  return {
    ...{ what: 'start', tag, kind: '', status: 202, sentAt, at: sentAt + 10, door: '', runId: undefined, key: tag, sent: '' },
    ...{ text: '', ...more },
  }
}

test('of two kept requests the one that was there before goes through first', () => {
  const kept = [told('a', 1000), told('b', 1100)]
  expect(drained.judgeAll?.([seen('a', 5000), seen('b', 5050)], kept)).toEqual([])
  expect(drained.judgeAll?.([seen('a', 9000), seen('b', 5000)], kept)).toEqual([
    'b was sent through before a, which was kept earlier',
  ])
})

test('requests that came at the same time, or may have been live, have no order', () => {
  const runs = [seen('a', 9000), seen('b', 5000)]
  expect(drained.judgeAll?.(runs, [told('a', 1000, { at: 1200 }), told('b', 1100)])).toEqual([])
  expect(drained.judgeAll?.(runs, [told('a', 1000), told('b', 1100, { runId: 'run_b' })])).toEqual([])
  expect(drained.judgeAll?.(runs, [told('a', 1000), told('b', 1100, { status: 0 }), told('b', 1300)])).toEqual([])
})

test('every item of the list has one run, also one whose looking nobody was told of', () => {
  const put = [told('a', 1000, { status: 0 }), told('b', 1100)]
  expect(found.judgeAll?.([seen('a', 2000), seen('b', 2000)], put)).toEqual([])
  expect(found.judgeAll?.([seen('b', 2000), seen('b', 2100)], put)).toEqual([
    'the item b made 2 runs',
    'the item a was accepted and made no run',
  ])
})

test('no mail that may come in is refused for good', () => {
  expect(mailed.judgeAll?.([], [told('a', 1000, { status: 451 }), told('a', 1100, { status: 250 })])).toEqual([])
  expect(mailed.judgeAll?.([], [told('a', 1000, { status: 550, text: 'No such mailbox' })])).toHaveLength(1)
})
