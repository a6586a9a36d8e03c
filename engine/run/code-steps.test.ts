import { AppError } from '#shared/errors.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodeCall } from '../ports.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, mustStart, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let runCode: (call: CodeCall) => Promise<string>

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, { runCode: (call) => runCode(call) })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const bundle = { hash: 'h', code: 'steps.before', map: '' }
const flow = flowOf({
  before: { type: 'set', params: { values: { n: '{{ trigger.body.n }}' } }, after: ['trigger'] },
  work: { type: 'code', params: { code: '…', inputs: { m: '{{ steps.before.n + 1 }}' } }, code: bundle, after: ['before'] },
  answer: { type: 'respond', params: { body: '{{ steps.work }}' }, after: ['work'] },
})

async function startCounted(isAwaited = false) {
  const planHash = await it.engine.savePlan(flow)
  const { commits } = await it.engine.metrics()
  const started = mustStart(
    await it.engine.startRun({
      workspaceId: testWorkspace,
      flowId: 'flow_code',
      version: 3,
      planHash,
      triggerId: 'trigger',
      trigger: '{"body":{"n":4}}',
      isAwaited,
    }),
  )
  return { started, commits: async () => (await it.engine.metrics()).commits - commits }
}

describe('a code step', () => {
  test('gets what it names, and is part of one commit while it touches nothing outside', async () => {
    let seen: CodeCall | undefined
    runCode = async (call) => {
      seen = call
      call.log('info', 'hello')
      return '{"done":true}'
    }
    const { started, commits } = await startCounted()
    expect(await started.reply).toMatchObject({ kind: 'respond', body: '{"done":true}' })
    expect(await commits()).toBe(1)
    expect(seen?.data).toMatchObject({ trigger: '{"body":{"n":4}}', steps: { before: '{"n":4}' }, input: '{"m":5}' })
    expect(JSON.parse(seen?.data.run ?? '')).toMatchObject({ id: started.runId, flowId: 'flow_code', version: 3 })
    expect(seen?.idempotencyKey).toBe(`${started.runId}:work`)
    expect((await it.engine.listLogs(testWorkspace, started.runId, { limit: 9 })).items).toMatchObject([
      { path: 'work', message: 'hello' },
    ])
  })

  test('finds the decision to run it committed before it touches anything', async () => {
    let committed: string[] = []
    runCode = async (call) => {
      await call.beforeEffect()
      const { rows } = await database.pool.query<{ kind: string; path: string | null }>(
        'select kind, path from engine.events where run_id = $1 order by seq',
        [JSON.parse(call.data.run).id],
      )
      committed = rows.map(({ kind, path }) => `${kind} ${path ?? ''}`.trim())
      return '1'
    }
    const { started, commits } = await startCounted()
    await started.reply
    expect(committed).toEqual(['run.created', 'step.finished before', 'step.started work'])
    expect(await commits()).toBe(2)
  })

  test.each([
    ['', false],
    [', and its caller hears of it only at its end', true],
  ])('is committed as under way even if it only computes for long%s', async (_words, isAwaited) => {
    const gate = Promise.withResolvers<string>()
    runCode = () => gate.promise
    const { started } = await startCounted(isAwaited)
    await it.until(started.runId, (run) => run.status === 'running')
    gate.resolve('1')
    expect(await it.ended(started.runId)).toMatchObject({ status: 'succeeded' })
  })

  test('that gives too much fails by the name of the limit', async () => {
    runCode = async () => JSON.stringify('x'.repeat(11 * 1024 * 1024))
    const { started } = await startCounted()
    expect(await started.reply).toMatchObject({ status: 'failed', error: { code: 'output_too_large', nodeId: 'work' } })
  })
})

describe('the test of one step', () => {
  const given = {
    workspaceId: testWorkspace,
    flowId: 'flow_t',
    compiled: flow,
    trigger: '{"body":{"n":1}}',
    steps: { before: '{"n":7}' },
    signal: new AbortController().signal,
  }

  test('runs it on the data it is given and records nothing', async () => {
    runCode = async ({ data, log }) => {
      log('warn', 'careful')
      return data.input
    }
    const { rows } = await database.pool.query('select count(*) from engine.events')
    expect(await it.engine.testStep({ ...given, stepId: 'work' })).toMatchObject({
      status: 'succeeded',
      output: '{"m":8}',
      error: null,
      logs: [{ path: 'work', level: 'warn', message: 'careful' }],
    })
    expect(await it.engine.testStep({ ...given, stepId: 'before' })).toMatchObject({ status: 'succeeded', output: '{"n":1}' })
    expect((await database.pool.query('select count(*) from engine.events')).rows).toEqual(rows)
  })

  test('tells what went wrong', async () => {
    runCode = () => Promise.reject(new AppError('code_error', 'x is not a function', { line: 3, column: 7 }))
    expect(await it.engine.testStep({ ...given, stepId: 'work' })).toMatchObject({
      status: 'failed',
      error: { code: 'code_error', line: 3, column: 7, nodeId: 'work' },
    })
    await expect(it.engine.testStep({ ...given, stepId: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
