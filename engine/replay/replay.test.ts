import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { Compiled, Replay } from '../engine-api.ts'
import type { ActionCall } from '../ports.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitToken } from '../waits/wait-token.ts'

let database: TestDatabase
let it: TestEngine
let calls: ActionCall[] = []
let act: (call: ActionCall) => Promise<string>

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runAction: (call) => {
      calls.push(call)
      return act(call)
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})
beforeEach(() => {
  calls = []
  act = async ({ inputText }) => inputText
})

type Steps = { [id: string]: StepSketch }
const refuse = () => Promise.reject(new AppError('http_error', 'no', { retryable: false, status: 400 }))
const paths = () => calls.map((call) => call.run.path)
const stepsOf = async (runId: string) => (await it.engine.listSteps(testWorkspace, runId, { limit: 200 })).items
const preview = (runId: string, replay: Partial<Replay> = {}) =>
  it.engine.previewReplay(testWorkspace, runId, { by: 'user_1', ...replay })

async function done(flow: Compiled, body: unknown = { n: 1 }): Promise<string> {
  const { runId } = await it.start(flow, { trigger: JSON.stringify({ kind: 'manual', body }) })
  await it.ended(runId)
  calls = []
  return runId
}

/** Replays, and holds what was foretold against what was then executed. */
async function replayed(runId: string, replay: Partial<Replay> = {}) {
  const { runs } = await preview(runId, replay)
  const before = new Set((await preview(runId, replay)).kept)
  const id = await it.engine.replayRun(testWorkspace, runId, { by: 'user_1', ...replay })
  const run = await it.ended(id)
  for (const path of paths()) expect(before.has(path)).toBe(false)
  const foretold = runs.filter(({ effect, maybe }) => effect === true && !maybe).map(({ path }) => path)
  if (run.status === 'succeeded') expect(paths()).toEqual(expect.arrayContaining(foretold))
  return run
}

const line = {
  a: { params: { n: '{{ trigger.body.n }}' }, after: ['trigger'] },
  b: { params: { got: '{{ steps.a.n }}' }, after: ['a'] },
  c: { params: { got: '{{ steps.b.got }}', first: '{{ steps.a.n }}' }, after: ['b'] },
} satisfies Steps

describe('a replay', () => {
  test('from a step keeps what was before it, and runs the rest as a run of its own', async () => {
    const runId = await done(flowOf(line), { n: 7 })
    expect(await preview(runId, { from: ['b'] })).toEqual({
      kept: ['a'],
      runs: [
        { path: 'b', effect: true },
        { path: 'c', effect: true },
      ],
      missing: [],
    })
    const run = await replayed(runId, { from: ['b'] })
    expect(run).toMatchObject({
      status: 'succeeded',
      replayOf: runId,
      output: { got: 7, first: 7 },
      trigger: { kind: 'manual', body: { n: 7 } },
    })
    expect(calls.map((call) => call.idempotencyKey)).toEqual([`${run.id}:b`, `${run.id}:c`])
    const [kept] = await stepsOf(run.id)
    expect(kept).toMatchObject({ path: 'a', status: 'succeeded', input: { n: 7 }, output: { n: 7 } })
    expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ status: 'succeeded', replayOf: null })
  })

  test('of a run that succeeded is the whole run again; of one that did not it goes on where that stood', async () => {
    const fine = await done(flowOf(line))
    await replayed(fine)
    expect(paths()).toEqual(['a', 'b', 'c'])

    act = (call) => (call.run.nodeId === 'b' ? refuse() : Promise.resolve(call.inputText))
    const failed = await done(flowOf(line))
    act = async ({ inputText }) => inputText
    expect((await preview(failed)).kept).toEqual(['a'])
    expect(await replayed(failed)).toMatchObject({ status: 'succeeded', output: { got: 1, first: 1 } })
    expect(paths()).toEqual(['b', 'c'])
    // The failed run is as it was, and can still be retried.
    expect(await it.engine.getRun(testWorkspace, failed)).toMatchObject({ status: 'failed' })
  })

  test('with other input is another run; with other input from a step on, what is kept stays as it was', async () => {
    const runId = await done(flowOf(line), { n: 1 })
    expect(await replayed(runId, { input: '{"n":12345678901234567890}' })).toMatchObject({ trigger: { kind: 'manual' } })
    expect(calls[0]?.inputText).toBe('{"n":12345678901234567890}')
    const flow = {
      ...line,
      c: { params: { of: '{{ trigger.body.n }}', first: '{{ steps.a.n }}' }, after: ['b'] },
    } satisfies Steps
    const other = await done(flowOf(flow), { n: 1 })
    expect(await replayed(other, { from: ['c'], input: '{"n":2}' })).toMatchObject({ output: { of: 2, first: 1 } })
    expect(paths()).toEqual(['c'])
  })

  test('with another output of a step runs what follows from that step', async () => {
    const runId = await done(flowOf(line))
    const outputs = new Map([['a', '{"n":"by hand"}']])
    expect(await preview(runId, { outputs })).toMatchObject({ kept: ['a'], runs: [{ path: 'b' }, { path: 'c' }] })
    const run = await replayed(runId, { outputs })
    expect(run).toMatchObject({ output: { got: 'by hand', first: 'by hand' } })
    expect((await stepsOf(run.id))[0]).toMatchObject({ path: 'a', output: { n: 'by hand' } })
    await expect(preview(runId, { outputs: new Map([['c', '1']]), from: ['b'] })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test('gives a step that failed its output, and sends a branch the other way', async () => {
    act = refuse
    const failed = await done(flowOf({ a: { after: ['trigger'] }, b: { params: { got: '{{ steps.a }}' }, after: ['a'] } }))
    act = async ({ inputText }) => inputText
    expect(await replayed(failed, { outputs: new Map([['a', '5']]) })).toMatchObject({ output: { got: 5 } })
    expect(paths()).toEqual(['b'])

    calls = []
    const branching = {
      ask: { type: 'branch', params: { condition: true }, after: ['trigger'] },
      yes: { after: ['ask:true'] },
      no: { params: { said: 'no' }, after: ['ask:false'] },
    } satisfies Steps
    const runId = await done(flowOf(branching))
    expect(await replayed(runId, { outputs: new Map([['ask', '{"result":false}']]) })).toMatchObject({ output: { said: 'no' } })
    expect(paths()).toEqual(['no'])
    expect((await preview(runId, { from: ['ask'] })).runs).toEqual([
      { path: 'ask', effect: false },
      { path: 'yes', effect: true, maybe: true },
      { path: 'no', effect: true, maybe: true },
    ])
  })

  test('keeps joins and races as they were decided, but for what runs again', async () => {
    const runId = await done(
      flowOf({
        fast: { after: ['trigger'] },
        slow: { after: ['trigger'] },
        first: { params: { of: 'first' }, after: ['fast', 'slow'], join: 'any' },
        both: { params: { a: '{{ steps.fast }}', b: '{{ steps.slow }}' }, after: ['fast', 'slow'] },
        end: { type: 'set', params: { values: { x: '{{ steps.both }}' } }, after: ['first', 'both'] },
      }),
    )
    await replayed(runId, { from: ['both'] })
    expect(paths()).toEqual(['both'])
    calls = []
    await replayed(runId, { from: ['slow'] })
    expect(paths().toSorted()).toEqual(['both', 'first', 'slow'])
  })

  test('copies what is large and what came with a web request to the letter', async () => {
    const big = `"${'x'.repeat(300_000)}\\u0000"`
    act = async ({ run }) => (run.nodeId === 'a' ? big : '1')
    const { runId, durable } = await it.start(
      flowOf({ a: { after: ['trigger'] }, b: { params: { n: '{{ trigger.body }}' }, after: ['a'] } }),
      {
        trigger: `{"kind":"webhook","body":[1.0,12345678901234567890,"${'y'.repeat(300_000)}"]}`,
        request: { id: 'req_1', method: 'POST', path: 'p', remote: '::1', sizeBytes: 1 },
      },
    )
    await durable
    await it.ended(runId)
    const first = calls.at(-1)?.inputText
    calls = []
    const run = await replayed(runId, { from: ['b'] })
    const [a] = await stepsOf(run.id)
    expect(a?.output).toBe(JSON.parse(big))
    expect(await it.engine.getRunText(testWorkspace, run.id)).toContain('"body":[1.0,12345678901234567890,"yyy')
    expect(calls.map((call) => call.inputText)).toEqual([first])
  })

  test('keeps what was waited for, and opens a wait of its own where it was still open', async () => {
    const flow = flowOf({
      one: { type: 'waitForCall', after: ['trigger'] },
      two: { type: 'waitForCall', after: ['one:received'] },
      end: { type: 'set', params: { values: { a: '{{ steps.one.body }}', b: '{{ steps.two.body }}' } }, after: ['two:received'] },
    })
    const call = (runId: string, path: string, body: string) =>
      it.engine.resume(waitToken([signingKey], runId, path), { method: 'POST', headers: {}, query: {}, body })
    const { runId } = await it.start(flow)
    await it.until(runId, (run) => run.waits[0]?.path === 'one')
    await call(runId, 'one', '"first"')
    await it.until(runId, (run) => run.waits[0]?.path === 'two')
    const id = await it.engine.replayRun(testWorkspace, runId, { by: 'user_1' })
    await it.until(id, (run) => run.waits[0]?.path === 'two')
    await call(id, 'two', '"of the replay"')
    expect(await it.ended(id)).toMatchObject({ output: { a: 'first', b: 'of the replay' } })
    expect(await it.engine.getRun(testWorkspace, runId)).toMatchObject({ status: 'waiting' })
    await it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
  })

  test('answers nobody', async () => {
    const runId = await done(
      flowOf({ answer: { type: 'respond', params: { status: 200, body: 1 }, after: ['trigger'] }, then: { after: ['answer'] } }),
    )
    const again = await replayed(runId)
    expect((await stepsOf(again.id))[0]).toMatchObject({ path: 'answer', output: { sent: false } })
    const kept = await replayed(runId, { from: ['then'] })
    expect((await stepsOf(kept.id))[0]).toMatchObject({ path: 'answer', output: { sent: true } })
  })

  test('of a run that was retried keeps what the retry came to, and has a time limit of its own', async () => {
    act = (call) => (call.run.nodeId === 'b' ? refuse() : Promise.resolve(call.inputText))
    const runId = await done(flowOf(line, { timeoutMs: 3_600_000 }))
    act = async ({ inputText }) => inputText
    await it.engine.retryRun(testWorkspace, runId, 'user_1')
    await it.ended(runId)
    it.clock.advance(7_200_000)
    calls = []
    const run = await replayed(runId, { from: ['c'] })
    expect(run).toMatchObject({ status: 'succeeded' })
    expect(paths()).toEqual(['c'])
    const b = (await stepsOf(run.id)).find((step) => step.path === 'b')
    expect(b?.attempts.map((one) => one.outcome)).toEqual(['failed', 'succeeded'])
  })

  test('is refused where it can’t be, in words', async () => {
    const runId = await done(flowOf(line))
    expect(await preview(runId, { from: ['nobody', 'b'] })).toMatchObject({ missing: ['nobody'], kept: ['a'] })
    const ask = (replay: Partial<Replay>) => it.engine.replayRun(testWorkspace, runId, { by: 'user_1', ...replay })
    await expect(ask({ from: ['nobody'] })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(ask({ outputs: new Map([['each[1]/x', '1']]) })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(it.engine.replayRun(testWorkspace, 'run_0', { by: 'x' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(it.engine.replayRun('ws_other', runId, { by: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a replay in a loop', () => {
  const each = (params: StepSketch['params'] = {}): Steps => ({
    each: { type: 'forEach', params: { items: '{{ trigger.body.lines }}', ...params }, after: ['trigger'] },
    x: { params: { n: '{{ item }}' }, after: [], parent: 'each' },
    y: { params: { of: '{{ steps.x.n }}' }, after: ['x'], parent: 'each' },
    then: { type: 'set', params: { values: { all: '{{ steps.each }}' } }, after: ['each'] },
  })

  test.each([1, 3])('runs one item from one step on, and what follows the loop; %i at once', async (concurrency) => {
    const runId = await done(flowOf(each({ concurrency })), { lines: [10, 20, 30, 40] })
    expect((await preview(runId, { from: ['each[1]/y'] })).runs).toEqual([
      { path: 'each', effect: false },
      { path: 'each[1]/y', effect: true },
      { path: 'then', effect: false },
    ])
    act = async () => '"again"'
    const run = await replayed(runId, { from: ['each[1]/y'] })
    expect(run).toMatchObject({ output: { all: [{ of: 10 }, 'again', { of: 30 }, { of: 40 }] } })
    expect(paths()).toEqual(['each[1]/y'])
  })

  test('goes on with a loop where it failed, in several items no more at once than it may', async () => {
    let now = 0
    let most = 0
    const runId = await done(flowOf(each({ concurrency: 1 })), { lines: [1, 2, 3, 4, 5] })
    act = async ({ inputText }) => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      now--
      return inputText
    }
    await replayed(runId, { from: ['each[0]/x', 'each[2]/y', 'each[4]'] })
    expect(paths()).toEqual(['each[0]/x', 'each[0]/y', 'each[2]/y', 'each[4]/x', 'each[4]/y'])
    expect(most).toBe(1)

    calls = []
    act = ({ run, inputText }) => (run.path === 'each[2]/y' ? refuse() : Promise.resolve(inputText))
    const failed = await done(flowOf(each()), { lines: [1, 2, 3, 4] })
    act = async ({ inputText }) => inputText
    expect(await replayed(failed)).toMatchObject({ output: { all: [{ of: 1 }, { of: 2 }, { of: 3 }, { of: 4 }] } })
    expect(paths()).toEqual(['each[2]/y', 'each[3]/x', 'each[3]/y'])
  })

  test('runs again what failed in single items only', async () => {
    act = ({ run, inputText }) => (run.path.endsWith('[1]/x') ? refuse() : Promise.resolve(inputText))
    const runId = await done(flowOf(each({ onItemError: 'continue' })), { lines: [1, 2, 3] })
    act = async ({ inputText }) => inputText
    expect(await replayed(runId, { from: ['each[1]/x'] })).toMatchObject({ output: { all: [{ of: 1 }, { of: 2 }, { of: 3 }] } })
    expect(paths()).toEqual(['each[1]/x', 'each[1]/y'])
  })

  test('keeps what was enough, whatever the item that runs again gives', async () => {
    const flow = flowOf(each({ until: '{{ results.length >= 3 }}', collect: '{{ steps.y.of + 1 }}' }))
    const runId = await done(flow, { lines: [1, 2, 3, 4, 5] })
    const run = await replayed(runId, { from: ['each[0]/y'] })
    expect(run).toMatchObject({ output: { all: [2, 3, 4] } })
    expect(paths()).toEqual(['each[0]/y'])
  })

  test('goes round again from a pass on, later passes included', async () => {
    const flow = flowOf({
      again: { type: 'repeat', params: { until: '{{ index >= 4 }}' }, after: ['trigger'] },
      x: { params: { at: '{{ index }}', before: '{{ previous.at }}' }, after: [], parent: 'again' },
      then: { type: 'set', params: { values: { all: '{{ steps.again }}' } }, after: ['again'] },
    })
    const runId = await done(flow)
    const run = await replayed(runId, { from: ['again[2]/x'] })
    expect(run).toMatchObject({ output: { all: { iterations: 4, last: { at: 3, before: 2 } } } })
    expect(paths()).toEqual(['again[2]/x', 'again[3]/x'])
  })

  test('in a loop in a loop touches only its own rounds', async () => {
    const flow = flowOf({
      outer: { type: 'forEach', params: { items: '{{ trigger.body.lines }}' }, after: ['trigger'] },
      inner: { type: 'forEach', params: { items: '{{ item }}' }, after: [], parent: 'outer' },
      x: { params: { n: '{{ item }}' }, after: [], parent: 'inner' },
      y: { params: { list: '{{ steps.inner.map(one => one.n) }}' }, after: ['inner'], parent: 'outer' },
    })
    const runId = await done(flow, { lines: [[1, 2], [3], [4, 5]] })
    const run = await replayed(runId, { from: ['outer[0]/inner[1]/x'] })
    expect(run).toMatchObject({ output: [{ list: [1, 2] }, { list: [3] }, { list: [4, 5] }] })
    expect(paths()).toEqual(['outer[0]/inner[1]/x', 'outer[0]/y'])
  })

  test('takes the place of a whole loop’s output', async () => {
    const runId = await done(flowOf(each()), { lines: [1, 2] })
    const run = await replayed(runId, { outputs: new Map([['each', '["a","b"]']]) })
    expect(run).toMatchObject({ output: { all: ['a', 'b'] } })
    expect(calls).toEqual([])
    const one = await replayed(runId, { outputs: new Map([['each[1]/y', '"given"']]) })
    expect(one).toMatchObject({ output: { all: [{ of: 1 }, 'given'] } })
    expect(calls).toEqual([])
  })
})

describe('a replay on another version', () => {
  const versionOf = async (flow: Compiled) => ({ version: 2, planHash: await it.engine.savePlan(flow) })

  test('keeps what has the same id and type, runs what is new, and says what can’t be kept', async () => {
    const runId = await done(flowOf(line))
    const after = {
      ...line,
      b: { type: 'set', params: { values: { got: 'new' } }, after: ['a'] },
      d: { params: { saw: '{{ steps.c.first }}' }, after: ['c'] },
    } satisfies Steps
    const version = await versionOf(flowOf(after))
    expect(await preview(runId, { version, from: ['c'] })).toMatchObject({
      kept: ['a'],
      runs: [{ path: 'b', effect: false }, { path: 'c' }, { path: 'd' }],
      missing: ['b'],
    })
    const run = await replayed(runId, { version, from: ['c'] })
    expect(run).toMatchObject({ version: 2, output: { saw: 1 } })
    expect(paths()).toEqual(['c', 'd'])
  })

  test('goes through the rounds it has, for the steps that are new in them', async () => {
    const before = {
      each: { type: 'forEach', params: { items: '{{ trigger.body.lines }}' }, after: ['trigger'] },
      x: { params: { n: '{{ item }}' }, after: [], parent: 'each' },
    } satisfies Steps
    const runId = await done(flowOf(before), { lines: [1, 2, 3] })
    const version = await versionOf(flowOf({ ...before, y: { params: { of: '{{ steps.x.n }}' }, after: ['x'], parent: 'each' } }))
    expect(await replayed(runId, { version, from: ['each[1]/x'] })).toMatchObject({ output: [{ of: 1 }, { of: 2 }, { of: 3 }] })
    expect(paths()).toEqual(['each[0]/y', 'each[1]/x', 'each[1]/y', 'each[2]/y'])
  })

  test('is refused by a version that has no such start', async () => {
    const runId = await done(flowOf(line))
    const other = flowOf(line)
    other.plan.triggers = [{ id: 'elsewhere', type: 'manual', name: 'elsewhere', params: {} }]
    const version = await versionOf(other)
    await expect(preview(runId, { version })).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

test('a replay asked for at a process that carries nothing out is carried out by others, once', async () => {
  const runId = await done(flowOf(line))
  await it.engine.stop(1000)
  const web = createTestEngine(database, { role: 'web' })
  await web.engine.start()
  const ids = await Promise.all(
    Array.from({ length: 5 }, () => web.engine.replayRun(testWorkspace, runId, { by: 'user_1', from: ['b'] })),
  )
  await web.engine.stop(100)
  const workers = [1, 2].map(() =>
    createTestEngine(database, {
      runAction: async (call) => {
        calls.push(call)
        return call.inputText
      },
    }),
  )
  await Promise.all(workers.map((one) => one.engine.start()))
  for (const id of ids) expect(await workers[0]?.ended(id)).toMatchObject({ status: 'succeeded', output: { first: 1 } })
  expect(new Set(calls.map((call) => call.idempotencyKey)).size).toBe(10)
  expect(calls).toHaveLength(10)
  await Promise.all(workers.map((one) => one.engine.stop(1000)))
  it = createTestEngine(database)
  await it.engine.start()
})
