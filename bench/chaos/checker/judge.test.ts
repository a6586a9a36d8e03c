import { describe, expect, test } from 'vitest'
import type { LedgerCall } from '../ledger/ledger-call.ts'
import type { Told } from '../told.ts'
import { type EventRow, type Evidence, type RunRow, type SampledRun, versionKey } from './evidence.ts'
import { judge } from './judge.ts'

const run: RunRow = {
  id: 'run_1',
  workspaceId: 'ws_1',
  flowId: 'flow_1',
  version: 1,
  planHash: 'plan',
  status: 'succeeded',
  epoch: 1,
  workerId: null,
  ready: false,
  dueAt: null,
  arrived: 0,
  parent: null,
  replayOf: null,
  requestId: null,
  createdAt: 1000,
  finishedAt: 5000,
  error: null,
  outputSeq: 2,
  lastSeq: 3,
  trigger: '{"body":{"tag":"t-1"}}',
}

function event(seq: number, kind: string, more: Partial<EventRow> = {}): EventRow {
  return { runId: 'run_1', seq, kind, path: null, attempt: null, at: 1000 + seq, data: null, payload: null, ...more }
}

const journal = [
  event(0, 'run.created'),
  event(1, 'step.started', { path: 'a', attempt: 1 }),
  event(2, 'step.finished', { path: 'a', attempt: 1, payload: '{"said":"yes"}' }),
  event(3, 'run.finished', { data: { status: 'succeeded' } }),
]

const called: LedgerCall = {
  n: 0,
  at: 1001,
  method: 'POST',
  path: '/unknown/t-1/a',
  query: { v: '1' },
  key: 'run_1:a',
  body: '{}',
  nth: 1,
  status: 200,
}

const started: Told = {
  what: 'start',
  tag: 't-1',
  kind: 'unknown',
  status: 202,
  sentAt: 900,
  at: 1100,
  door: 'http://one',
  runId: 'run_1',
  key: 't-1',
  sent: '',
  text: '',
}

const sampled: SampledRun = {
  id: 'run_1',
  flowId: 'flow_1',
  status: 'running',
  epoch: 1,
  workerId: 'worker_1',
  ready: false,
  dueAt: null,
  waits: 0,
  beatAgeMs: 10,
  isWorkerLive: true,
  isHeld: false,
  isOver: false,
}

/** One run that went well; each test changes one thing about it. */
function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    leaseMs: 3000,
    runs: [run],
    events: new Map([['run_1', journal]]),
    waits: [],
    audit: [],
    plans: new Map([
      ['plan', { a: { type: 'http.request', join: 'all', incoming: [{ source: 'trigger', handle: 'out' }], onError: 'stop' } }],
    ]),
    tellings: new Map([[versionKey('flow_1', 1), 1]]),
    ledger: [called],
    told: [started],
    samples: [{ at: 1500, runs: [sampled] }],
    faults: [],
    healedAt: 4000,
    restedAt: 5000,
    flows: new Map([['flow_1', { kind: 'unknown', limit: undefined }]]),
    listed: { succeeded: ['run_1'], failed: [], cancelled: [] },
    reads: [{ runId: 'run_1', text: '{"id":"run_1","output":{"said":"yes"}}' }],
    foreign: [{ path: '/api/v1/runs/run_1', status: 404, text: '' }],
    leaks: [],
    falls: [],
    served: [],
    ...changes,
  }
}

const withJournal = (...events: EventRow[]) => ({ events: new Map([['run_1', events]]) })

test('a run that went well breaks nothing', () => {
  expect(judge(evidence())).toEqual([])
})

describe('the judge finds', () => {
  const [created, begun, done, end] = journal as [EventRow, EventRow, EventRow, EventRow]
  const cases: [what: string, invariant: string, changes: Partial<Evidence>][] = [
    ['an accepted run that is not there', 'I1', { told: [started, { ...started, tag: 't-2', runId: 'run_2', key: undefined }] }],
    ['two runs of one key', 'I2', { runs: [run, { ...run, id: 'run_2' }] }],
    ['a call nobody had decided on', 'I3', { ledger: [called, { ...called, n: 1 }] }],
    [
      'a step that begins again after it succeeded',
      'I3',
      withJournal(created, begun, done, event(3, 'step.started', { path: 'a' }), { ...end, seq: 4 }),
    ],
    ['a gap in a journal', 'I4', withJournal(created, done, end)],
    ['a journal that goes on after its end', 'I4', withJournal(created, begun, done, end, event(4, 'run.paused'))],
    ['a run that is finished and not', 'I4', { samples: [{ at: 1500, runs: [{ ...sampled, isOver: true }] }] }],
    [
      'a run that nothing will ever wake',
      'I5',
      { samples: [{ at: 1500, runs: [{ ...sampled, status: 'waiting', workerId: null }] }] },
    ],
    [
      'a run whose worker has been dead for long',
      'I6',
      { samples: Array.from({ length: 20 }, (_, n) => ({ at: 1000 + n * 1000, runs: [{ ...sampled, isWorkerLive: false }] })) },
    ],
    [
      'a delay that ended early',
      'I7',
      withJournal(created, event(1, 'step.waiting', { path: 'a', data: { kind: 'delay', until: 9000 } }), done, end),
    ],
    [
      'a delay that ended late with nothing in the way',
      'I7',
      withJournal(
        created,
        event(1, 'step.waiting', { path: 'a', data: { kind: 'delay', until: 2000 } }),
        { ...done, at: 9000 },
        end,
      ),
    ],
    [
      'two callers who were both told that theirs counts',
      'I8',
      {
        told: [
          started,
          { ...started, what: 'resume', status: 200, sent: 'x' },
          { ...started, what: 'resume', status: 202, sent: 'y' },
        ],
      },
    ],
    [
      'more runs at once than may be',
      'I9',
      {
        flows: new Map([['flow_1', { kind: 'unknown', limit: 1 }]]),
        samples: [{ at: 1500, runs: [sampled, { ...sampled, id: 'run_2' }] }],
      },
    ],
    ['a list without a run that is in it', 'I10', { listed: { succeeded: [], failed: [], cancelled: [] } }],
    ['a call that never arrived', 'I11', { ledger: [] }],
    ['a key of a try nobody asked for', 'I12', { ledger: [{ ...called, key: 'run_1:a:2' }] }],
    ['an epoch that falls', 'I13', { samples: [{ at: 1500, runs: [{ ...sampled, epoch: 7 }] }] }],
    [
      'two owners in one epoch',
      'I13',
      {
        samples: [
          { at: 1500, runs: [sampled] },
          { at: 1900, runs: [{ ...sampled, workerId: 'worker_2' }] },
        ],
      },
    ],
    ['a call of another version', 'I14', { ledger: [{ ...called, query: { v: '2' } }] }],
    [
      'an output that is read otherwise than recorded',
      'I15',
      { reads: [{ runId: 'run_1', text: '{"output":{"said": "yes"}}' }] },
    ],
    [
      'a step that begins before what leads to it',
      'I16',
      {
        plans: new Map([
          [
            'plan',
            {
              a: { type: 'set', join: 'all', incoming: [{ source: 'b', handle: 'out' }], onError: 'stop' },
              b: { type: 'set', join: 'all', incoming: [], onError: 'stop' },
            },
          ],
        ]),
      },
    ],
    ['a cancel without an audit row', 'I17', { told: [started, { ...started, what: 'cancel', status: 200 }] }],
    ['a secret in a table', 'I18', { leaks: ['the key stands in 1 rows of engine.events'] }],
    ['a run shown to a stranger', 'I19', { foreign: [{ path: '/api/v1/runs/run_1', status: 200, text: '{}' }] }],
    ['a run that never ends', 'I20', { runs: [{ ...run, finishedAt: null, status: 'waiting' }] }],
    ['a kind that is not served any more', 'I20', { served: [{ kind: 'chain', isServed: false, said: '503' }] }],
    ['a server that fell', 'servers', { falls: [{ place: 'web1', code: 1, signal: null, said: '' }] }],
  ]
  test.each(cases)('%s (%s)', (_what, invariant, changes) => {
    expect(judge(evidence(changes)).map((violation) => violation.invariant)).toContain(invariant)
  })
})
