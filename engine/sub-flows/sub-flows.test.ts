import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import type { Plan } from '#shared/plan.ts'
import type { Run } from '#shared/run.ts'
import { createFlowShelf } from '../testing/flow-shelf.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { waitToken } from '../waits/wait-token.ts'

let database: TestDatabase
let it: TestEngine
let other: TestEngine
const shelf = createFlowShelf()
let isBroken = true

beforeAll(async () => {
  database = await createTestDatabase()
  const runAction = async ({ inputText }: { inputText: string }) => {
    if (isBroken && inputText.includes('break'))
      throw new AppError('http_error', 'The shop is closed', { status: 503, retryable: false })
    return inputText
  }
  it = createTestEngine(database, { flows: shelf, runAction })
  other = createTestEngine(database, { flows: shelf, runAction, clock: it.clock })
  await it.engine.start()
  await other.engine.start()
})
afterAll(async () => {
  await Promise.all([it.engine.stop(1000), other.engine.stop(1000)])
  await database.drop()
})

const call = (params: { [name: string]: Json }, more: Partial<StepSketch> = {}): StepSketch => ({
  type: 'callFlow',
  after: ['trigger'],
  params,
  ...more,
})
const output = (value: Json, after: string[]): StepSketch => ({ type: 'output', params: { value }, after })
const hold: StepSketch = { type: 'waitForCall', after: ['trigger'], params: {} }

async function childrenOf(runId: string): Promise<{ id: string; status: string; flowId: string }[]> {
  const { rows } = await database.pool.query(
    `select id, status, flow_id as "flowId" from engine.runs where parent = $1
     union all select id, status, flow_id from engine.history where parent = $1 order by id`,
    [runId],
  )
  return rows
}

const untilChild = (runId: string) => waitFor('a child', async () => (await childrenOf(runId))[0])

async function untilQuiet(): Promise<void> {
  await waitFor('the outbox to be empty', async () => {
    const { rowCount } = await database.pool.query('select from engine.outbox')
    return rowCount === 0 || undefined
  })
}

const release = (runId: string) =>
  it.engine.resume(waitToken([signingKey], runId, 'hold'), { method: 'POST', headers: {}, query: {}, body: '"go"' })

describe('a step that runs another flow', () => {
  test('waits for it, gives what it gave, and shows which run that was', async () => {
    await shelf.put(it, 'double', flowOf({ twice: output('{{ trigger.body.n * 2 }}', ['trigger']) }))
    const { runId } = await it.start(
      flowOf({
        four: call({ flowId: 'double', input: { n: '{{ trigger.body.n }}' } }),
        end: output('{{ steps.four + 1 }}', ['four']),
      }),
      { trigger: '{"kind":"manual","body":{"n":20}}', startedBy: 'user_1' },
    )
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 41, parent: null })
    const [child] = await childrenOf(runId)
    expect(await it.engine.getRun(testWorkspace, child?.id ?? '')).toMatchObject({
      parent: runId,
      flowId: 'double',
      version: 1,
      status: 'succeeded',
      trigger: { kind: 'manual', body: { n: 20 } },
    })
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
    expect(items[0]).toMatchObject({ path: 'four', status: 'succeeded', childRunId: child?.id, output: 40 })
    expect(items[0]?.attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded' }])
    await untilQuiet()
  })

  test('passes data on to the letter', async () => {
    await shelf.put(it, 'same', flowOf({ same: output('{{ trigger.body }}', ['trigger']) }))
    const { runId } = await it.start(flowOf({ ask: call({ flowId: 'same', input: '{{ trigger.body }}' }) }), {
      trigger: '{"kind":"manual","body":{"b":12345678901234567890, "a":1.10}}',
    })
    await it.ended(runId)
    expect(await it.engine.getRunText(testWorkspace, runId)).toContain('"output":{"b":12345678901234567890, "a":1.10}')
  })

  test('that does not wait gives the run at once', async () => {
    await shelf.put(it, 'slow', flowOf({ hold }))
    const { runId } = await it.start(flowOf({ off: call({ flowId: 'slow', wait: false }) }))
    const run = await it.ended(runId)
    const [child] = await childrenOf(runId)
    expect(run).toMatchObject({ status: 'succeeded', output: { runId: child?.id } })
    expect(child?.status).not.toBe('succeeded')
    await it.until(child?.id ?? '', ({ status }) => status === 'waiting')
    await release(child?.id ?? '')
    expect(await it.ended(child?.id ?? '')).toMatchObject({ status: 'succeeded' })
  })

  test('gives the run back to the database while the other one takes its time, whoever ends it', async () => {
    await shelf.put(it, 'slow', flowOf({ hold, said: output('{{ steps.hold.body }}', ['hold:received']) }))
    const { runId } = await it.start(flowOf({ ask: call({ flowId: 'slow' }) }))
    const child = await untilChild(runId)
    const waiting = await it.until(runId, ({ status }) => status === 'waiting')
    expect(waiting.waits).toMatchObject([{ path: 'ask', kind: 'child', childRunId: child.id }])
    await it.until(child.id, ({ status }) => status === 'waiting')
    await other.engine.resume(waitToken([signingKey], child.id, 'hold'), { method: 'POST', headers: {}, query: {}, body: '"go"' })
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'go' })
  })

  test('fails with the error of the other run, and a new attempt runs it anew', async () => {
    await shelf.put(it, 'shop', flowOf({ buy: { after: ['trigger'], params: { what: 'break' } } }))
    const { runId } = await it.start(flowOf({ ask: call({ flowId: 'shop' }) }))
    const failed = await it.ended(runId)
    const [child] = await childrenOf(runId)
    expect(failed).toMatchObject({
      status: 'failed',
      error: {
        code: 'flow_failed',
        path: 'ask',
        retryable: false,
        message: 'The flow that step "ask" ran failed: The shop is closed',
        details: { flowId: 'shop', runId: child?.id, error: { code: 'http_error', path: 'buy', status: 503 } },
      },
    })
    isBroken = false
    await it.engine.retryRun(testWorkspace, runId, 'user_1')
    expect(await it.until(runId, ({ status }) => status === 'succeeded')).toMatchObject({ output: { what: 'break' } })
    isBroken = true
    expect(await childrenOf(runId)).toMatchObject([{ status: 'failed' }, { status: 'succeeded' }])
  })

  test('takes the run that failed when somebody has set it right by itself', async () => {
    await shelf.put(
      it,
      'shop',
      flowOf({ buy: { after: ['trigger'], params: { what: 'break' } }, hold: { ...hold, after: ['buy'] } }),
    )
    const { runId } = await it.start(flowOf({ ask: call({ flowId: 'shop' }) }))
    await it.ended(runId)
    const [child] = await childrenOf(runId)
    isBroken = false
    await it.engine.retryRun(testWorkspace, child?.id ?? '', 'user_1')
    await it.until(child?.id ?? '', ({ status }) => status === 'waiting')
    isBroken = true
    await other.engine.retryRun(testWorkspace, runId, 'user_1')
    const waiting = await it.until(runId, ({ waits }) => waits.length > 0)
    expect(waiting.waits).toMatchObject([{ kind: 'child', childRunId: child?.id }])
    await release(child?.id ?? '')
    expect(await it.until(runId, ({ status }) => status === 'succeeded')).toMatchObject({ output: { body: 'go' } })
    expect(await childrenOf(runId)).toHaveLength(1)
  })

  test('says what stands in the way of a flow that can’t be run', async () => {
    await shelf.put(it, 'hooked', {
      ...flowOf({ twice: output(1, ['trigger']) }),
      plan: {
        ...flowOf({ twice: output(1, ['trigger']) }).plan,
        triggers: [{ id: 'trigger', type: 'webhook', name: 'Call', params: {} }],
      },
    })
    const errorOf = async (flowId: string) => {
      const { runId } = await it.start(flowOf({ ask: call({ flowId }) }))
      return (await it.ended(runId)).error
    }
    expect(await errorOf('nowhere')).toMatchObject({
      code: 'invalid_input',
      message: 'There is no flow nowhere. Choose another one.',
    })
    expect(await errorOf('hooked')).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('can’t be run by another one'),
    })
  })

  test('of a draft runs drafts', async () => {
    await shelf.put(it, 'double', flowOf({ twice: output('{{ trigger.body * 2 }}', ['trigger']) }))
    const { runId } = await it.start(flowOf({ ask: call({ flowId: 'double', input: 4 }) }), { version: 'draft' })
    expect(await it.ended(runId)).toMatchObject({ output: 8 })
    expect(await it.engine.getRun(testWorkspace, (await childrenOf(runId))[0]?.id ?? '')).toMatchObject({ version: 'draft' })
  })
})

describe('a flow that runs itself', () => {
  const countdown = (by: number) =>
    flowOf({
      more: { type: 'branch', params: { condition: '{{ trigger.body > 0 }}' }, after: ['trigger'] },
      again: call({ flowId: 'countdown', input: `{{ trigger.body - ${by} }}` }, { after: ['more:true'] }),
      end: output('{{ [trigger.body, ...(steps.again ?? [])] }}', ['again', 'more:false']),
    })

  test('stays at the version it began with', async () => {
    await shelf.put(it, 'countdown', countdown(1), { version: 2 })
    const { runId } = await it.start(countdown(2), { flowId: 'countdown', version: 1, trigger: '{"kind":"manual","body":4}' })
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: [4, 2, 0] })
  })

  test('goes twenty deep and no deeper', async () => {
    const start = (body: number) => it.start(countdown(1), { flowId: 'countdown', trigger: `{"kind":"manual","body":${body}}` })
    expect(await it.ended((await start(20)).runId)).toMatchObject({ status: 'succeeded' })
    const failed = await it.ended((await start(21)).runId)
    expect(failed.error?.code).toBe('flow_failed')
    let { error } = failed as { error: { code: string; message: string; details?: { error: never } } }
    while (error.details?.error) ({ error } = error.details)
    expect(error).toMatchObject({ code: 'call_limit', message: expect.stringContaining('20 deep') })
  })
})

describe('when the run that called is cancelled', () => {
  test.each([
    [{}, 'cancelled'],
    [{ onParentCancel: 'cancel', wait: false }, 'cancelled'],
    [{ onParentCancel: 'leave' }, 'succeeded'],
    [{ onParentCancel: 'leave', wait: false }, 'succeeded'],
  ] as [{ onParentCancel?: string; wait?: boolean }, string][])('with %j the other one ends as %s', async (params, status) => {
    await shelf.put(it, 'slow', flowOf({ hold }))
    const { runId } = await it.start(
      flowOf({ ask: call({ flowId: 'slow', ...params }), stay: { type: 'delay', params: { for: '1d' }, after: ['trigger'] } }),
    )
    const child = await untilChild(runId)
    await it.until(child.id, (run) => run.status === 'waiting')
    await it.until(runId, (run) => run.status === 'waiting')
    await other.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
    expect(await it.ended(runId)).toMatchObject({ status: 'cancelled' })
    await untilQuiet()
    if (status === 'succeeded') await release(child.id)
    expect(await it.ended(child.id)).toMatchObject({ status })
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
    expect(items.find(({ path }) => path === 'ask')?.status).toBe(params.wait === false ? 'succeeded' : 'cancelled')
  })

  test('so is a run that runs run, and what they run', async () => {
    await shelf.put(it, 'slow', flowOf({ hold }))
    await shelf.put(it, 'middle', flowOf({ ask: call({ flowId: 'slow' }) }))
    const { runId } = await it.start(flowOf({ ask: call({ flowId: 'middle' }) }))
    const middle = await untilChild(runId)
    const lowest = await untilChild(middle.id)
    await it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
    expect(await it.ended(lowest.id)).toMatchObject({ status: 'cancelled' })
    expect(await it.ended(middle.id)).toMatchObject({ status: 'cancelled' })
  })
})

test('a step that a race leaves behind takes the run it waits for with it', async () => {
  await shelf.put(it, 'slow', flowOf({ hold }))
  const { runId } = await it.start(
    flowOf({
      ask: call({ flowId: 'slow' }),
      quick: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
      first: { ...output('{{ steps.ask === undefined }}', ['ask', 'quick']), join: 'any', cancelRest: true },
    }),
  )
  const child = await untilChild(runId)
  await it.until(runId, (run) => run.waits.length === 2)
  it.clock.advance(3_600_000)
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
  expect(await it.ended(child.id)).toMatchObject({ status: 'cancelled' })
})

test('a run that is cancelled by itself fails the step that waits for it', async () => {
  await shelf.put(it, 'slow', flowOf({ hold }))
  const { runId } = await it.start(flowOf({ ask: call({ flowId: 'slow' }) }))
  const child = await untilChild(runId)
  await it.engine.cancelRun(testWorkspace, child.id, 'user_1', 'now')
  expect(await it.ended(runId)).toMatchObject({
    status: 'failed',
    error: { code: 'flow_failed', message: 'The run that step "ask" waited for was cancelled.' },
  })
})

test('a failed run leaves what it waits for, and finds what came of it when it is retried', async () => {
  await shelf.put(it, 'slow', flowOf({ hold, said: output('{{ steps.hold.body }}', ['hold:received']) }))
  const { runId } = await it.start(
    flowOf({
      ask: call({ flowId: 'slow' }),
      buy: { after: ['trigger'], params: { what: 'break' } },
      end: output('{{ steps.ask }}', ['ask', 'buy']),
    }),
  )
  const child = await untilChild(runId)
  expect(await it.ended(runId)).toMatchObject({ status: 'failed' })
  await it.until(child.id, (run) => run.status === 'waiting')
  await release(child.id)
  await it.ended(child.id)
  await untilQuiet()
  isBroken = false
  await it.engine.retryRun(testWorkspace, runId, 'user_1')
  expect(await it.until(runId, (run) => run.status === 'succeeded')).toMatchObject({ output: 'go' })
  isBroken = true
  expect(await childrenOf(runId)).toHaveLength(1)
})

describe('loops that run flows', () => {
  test('give what each run gave, in the order of the items', async () => {
    await shelf.put(it, 'double', flowOf({ twice: output('{{ trigger.body * 2 }}', ['trigger']) }))
    const { runId } = await it.start(
      flowOf({
        each: { type: 'forEach', params: { items: '{{ trigger.body }}', concurrency: 100 }, after: ['trigger'] },
        ask: call({ flowId: 'double', input: '{{ item }}' }, { after: [], parent: 'each' }),
      }),
      { trigger: JSON.stringify({ kind: 'manual', body: Array.from({ length: 1000 }, (_, n) => n) }) },
    )
    const run = await it.ended(runId)
    expect(run.output).toEqual(Array.from({ length: 1000 }, (_, n) => 2 * n))
    expect(await childrenOf(runId)).toHaveLength(1000)
  })

  test('cancel what they wait for when an item fails them', async () => {
    await shelf.put(it, 'maybe', flowOf({ hold, buy: { after: ['trigger'], params: { what: '{{ trigger.body }}' } } }))
    const { runId } = await it.start(
      flowOf({
        each: {
          type: 'forEach',
          params: { items: '{{ trigger.body }}', concurrency: 3 },
          after: ['trigger'],
          onError: 'continue',
        },
        ask: call({ flowId: 'maybe', input: '{{ item }}' }, { after: [], parent: 'each' }),
      }),
      { trigger: '{"kind":"manual","body":["ok","break","fine"]}' },
    )
    const run: Run = await it.ended(runId)
    expect(run).toMatchObject({ status: 'succeeded', output: { error: { code: 'flow_failed', path: 'each[1]/ask' } } })
    const children = await childrenOf(runId)
    const ends = await Promise.all(children.map(({ id }) => it.ended(id)))
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['cancelled', 'cancelled', 'failed'])
  })
})

describe('a flow that says when its runs may start', () => {
  const slow = (settings: Plan['settings']) =>
    flowOf({ hold, said: output('{{ steps.hold.body }}', ['hold:received']) }, settings)
  const asking = (params = {}) => flowOf({ ask: call({ flowId: 'ruled', ...params }), end: output('{{ steps.ask }}', ['ask']) })

  test('lets a run that was asked for wait for its turn', async () => {
    await shelf.put(it, 'ruled', slow({ concurrency: { limit: 1 } }))
    const first = await it.start(asking())
    const holder = await untilChild(first.runId)
    await it.until(holder.id, (run) => run.status === 'waiting')
    const second = await it.start(asking())
    const next = await untilChild(second.runId)
    // Waiting, a run holds no slot.
    await it.until(next.id, (run) => run.status === 'waiting')
    await Promise.all([release(holder.id), release(next.id)])
    expect(await it.ended(first.runId)).toMatchObject({ output: 'go' })
    expect(await it.ended(second.runId)).toMatchObject({ output: 'go' })
  })

  test('tells who waits when a run did not begin in time', async () => {
    await shelf.put(it, 'ruled', slow({ throttle: { limit: 1, per: '1h' }, startWithin: '10m' }))
    await it.ended((await it.start(asking({ wait: false }))).runId)
    const { runId } = await it.start(asking())
    await untilChild(runId)
    it.clock.advance(11 * 60_000)
    expect(await it.ended(runId)).toMatchObject({
      status: 'failed',
      error: { code: 'flow_failed', details: { error: { code: 'start_expired' } } },
    })
    await untilQuiet()
  })

  test('can’t be waited for when it makes one run of several starts', async () => {
    await shelf.put(it, 'ruled', slow({ batch: { size: 2, for: '1m' } }))
    expect((await it.ended((await it.start(asking())).runId)).error).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('Run it without waiting'),
    })
    const one = await it.ended((await it.start(asking({ wait: false }))).runId)
    const other = await it.ended((await it.start(asking({ wait: false }))).runId)
    expect(one.output).toEqual({ runId: expect.any(String) })
    expect(other.output).toEqual(one.output)
  })

  test('says so when it does not start at all', async () => {
    await shelf.put(it, 'ruled', slow({ rateLimit: { limit: 1, per: '1h' } }))
    await it.ended((await it.start(asking({ wait: false }))).runId)
    expect((await it.ended((await it.start(asking({ wait: false }))).runId)).output).toEqual({
      runId: null,
      reason: 'rate_limited',
    })
    expect((await it.ended((await it.start(asking())).runId)).error).toMatchObject({
      code: 'flow_failed',
      message: 'The flow "ruled" did not start: it was started as often as it may be.',
    })
  })

  test('has a run cancelled with the one that asked for it, before it begins', async () => {
    await shelf.put(it, 'ruled', slow({ throttle: { limit: 1, per: '1h' } }))
    await it.ended((await it.start(asking({ wait: false }))).runId)
    const { runId } = await it.start(asking())
    const child = await untilChild(runId)
    await it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
    expect(await it.ended(child.id)).toMatchObject({ status: 'cancelled', startedAt: null })
    await untilQuiet()
  })
})
