import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ResumeCall } from '../engine-api.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { waitToken } from './wait-token.ts'

let database: TestDatabase
let it: TestEngine

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database)
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const hourMs = 3_600_000
const threeDays = flowOf({
  sleep: { type: 'delay', params: { for: '3d' }, after: ['trigger'] },
  act: { type: 'test.act', params: { slept: '{{ steps.sleep.resumedAt }}', n: '{{ trigger.body.n }}' }, after: ['sleep'] },
})
const call = (body: unknown = { ok: true }, method = 'POST'): ResumeCall => ({
  method,
  headers: {},
  query: {},
  body: JSON.stringify(body),
})
const approval = flowOf({
  hold: { type: 'waitForCall', params: { timeout: '2h' }, after: ['trigger'] },
  yes: { type: 'set', params: { values: { got: '{{ steps.hold.body.ok }}' } }, after: ['hold:received'] },
  late: { type: 'set', params: { values: { late: true } }, after: ['hold:timeout'] },
})

describe('a delay', () => {
  test('gives the run back to the database, and goes on when its time has come, never before', async () => {
    const { runId } = await it.start(threeDays)
    const waiting = await it.until(runId, (run) => run.status === 'waiting')
    expect(waiting.waits).toMatchObject([{ path: 'sleep', kind: 'delay', name: 'sleep' }])
    const { rows } = await database.pool.query('select worker_id, due_at from engine.runs where id = $1', [runId])
    expect(rows[0].worker_id).toBeNull()

    it.clock.advance(71 * hourMs)
    await it.engine.metrics()
    expect((await it.engine.getRun(testWorkspace, runId))?.status).toBe('waiting')
    it.clock.advance(hourMs)
    const run = await it.ended(runId)
    expect(run).toMatchObject({ status: 'succeeded', output: { n: 1 } })
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
    const [slept] = items
    const due = Date.parse(String(waiting.waits[0]?.until))
    expect(Date.parse(String(slept?.finishedAt))).toBeGreaterThanOrEqual(due)
    expect((await database.pool.query('select from engine.waits where run_id = $1', [runId])).rowCount).toBe(0)
  })

  test('of a moment does not leave memory', async () => {
    const { reply } = await it.start(flowOf({ nap: { type: 'delay', params: { for: '20ms' }, after: ['trigger'] } }))
    expect(await reply).toMatchObject({ kind: 'ended', status: 'succeeded' })
  })

  test('longer than five years is refused', async () => {
    const { reply } = await it.start(
      flowOf({ nap: { type: 'delay', params: { until: '2099-01-01T00:00:00Z' }, after: ['trigger'] } }),
    )
    expect(await reply).toMatchObject({ status: 'failed', error: { code: 'invalid_input', path: 'nap' } })
  })
})

describe('the time a delay waits for', () => {
  const untilOf = async (until: string | number) => {
    const { runId } = await it.start(flowOf({ nap: { type: 'delay', params: { until }, after: ['trigger'] } }))
    const run = await it.until(runId, ({ status }) => status === 'waiting' || status === 'failed' || status === 'succeeded')
    return run.waits[0]?.until ?? run.error?.code ?? run.status
  }
  const year = new Date().getUTCFullYear() + 1

  test.each([
    [`${year}-07-01T08:00:00Z`, `${year}-07-01T08:00:00.000Z`],
    [`${year}-07-01T08:00:00+02:00`, `${year}-07-01T06:00:00.000Z`],
    // Summer and winter time of the zone, whatever the server's own is.
    [`${year}-07-01T08:00[Europe/Berlin]`, `${year}-07-01T06:00:00.000Z`],
    [`${year}-12-01 08:00 [Europe/Berlin]`, `${year}-12-01T07:00:00.000Z`],
    [`{{ toDate("${year}-07-01 08:00", "America/New_York") }}`, `${year}-07-01T12:00:00.000Z`],
    [Date.UTC(year, 6, 1), `${year}-07-01T00:00:00.000Z`],
    ['2001-01-01T00:00:00Z', 'succeeded'],
  ])('%s is %s', async (until, expected) => {
    expect(await untilOf(until)).toBe(expected)
  })

  test.each([`${year}-07-01T08:00`, `${year}-07-01T08:00[Mars/Olympus]`, 'tomorrow', '{{ trigger.body.nothing }}', '2099-01-01'])(
    '%s is refused by name',
    async (until) => {
      expect(await untilOf(until)).toBe('invalid_input')
    },
  )

  test.each(['-5m', -5, '6000d', '{{ trigger.body.n * -1 }}', 'soon'])('nor does a length of %s', async (length) => {
    const { runId } = await it.start(flowOf({ nap: { type: 'delay', params: { for: length }, after: ['trigger'] } }))
    expect(await it.ended(runId)).toMatchObject({ status: 'failed', error: { code: 'invalid_input', path: 'nap' } })
  })
})

describe('a wait for a call', () => {
  test('goes on with the first call, and refuses the second', async () => {
    const { runId } = await it.start(approval)
    const waiting = await it.until(runId, (run) => run.status === 'waiting')
    const [wait] = waiting.waits
    expect(wait).toMatchObject({ kind: 'call', path: 'hold' })
    const token = decodeURIComponent(String(wait?.url).split('/resume/')[1] ?? '')
    expect(await it.engine.resume(token, call(1, 'GET'))).toBe('ignored')
    const outcomes = await Promise.all([it.engine.resume(token, call()), it.engine.resume(token, call())])
    expect(outcomes.toSorted()).toEqual(['already_settled', 'resumed'])
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { got: true } })
    expect(await it.engine.resume(token, call())).toBe('already_settled')
    expect((await database.pool.query('select from engine.arrivals where run_id = $1', [runId])).rowCount).toBe(0)
  })

  test('takes a call that came before it opened', async () => {
    const flow = flowOf({
      sleep: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
      hold: { type: 'waitForCall', params: {}, after: ['sleep'] },
    })
    const { runId } = await it.start(flow)
    await it.until(runId, (run) => run.status === 'waiting')
    const token = waitToken([signingKey], runId, 'hold')
    expect(await it.engine.resume(token, call('early'))).toBe('kept')
    expect(await it.engine.resume(token, call('again'))).toBe('already_settled')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { method: 'POST', body: 'early' } })
  })

  test('leaves by its timeout exit when nobody calls', async () => {
    const { runId } = await it.start(approval)
    await it.until(runId, (run) => run.status === 'waiting')
    it.clock.advance(2 * hourMs)
    expect(await it.ended(runId)).toMatchObject({ output: { late: true } })
    expect(await it.engine.resume(waitToken([signingKey], runId, 'hold'), call())).toBe('expired')
  })

  test('fails without a line for the timeout', async () => {
    const { runId } = await it.start(flowOf({ hold: { type: 'waitForCall', params: { timeout: '1h' }, after: ['trigger'] } }))
    await it.until(runId, (run) => run.status === 'waiting')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ status: 'failed', error: { code: 'wait_timed_out' } })
  })

  test('that timed out is open for as long again when its run is retried', async () => {
    const { runId } = await it.start(flowOf({ hold: { type: 'waitForCall', params: { timeout: '1h' }, after: ['trigger'] } }))
    await it.until(runId, (run) => run.status === 'waiting')
    it.clock.advance(hourMs)
    await it.ended(runId)
    await it.engine.retryRun(testWorkspace, runId, 'user_1')
    await it.until(runId, (run) => run.status === 'waiting')
    expect(await it.engine.resume(waitToken([signingKey], runId, 'hold'), call('in time'))).toBe('resumed')
    await it.until(runId, (run) => run.status === 'succeeded')
  })

  test('that was skipped, forged, or of another step is told so', async () => {
    const flow = flowOf({
      choose: { type: 'branch', params: { condition: false }, after: ['trigger'] },
      hold: { type: 'waitForCall', params: {}, after: ['choose:true'] },
      other: { type: 'waitForCall', params: {}, after: ['choose:false'] },
    })
    const { runId } = await it.start(flow)
    await it.until(runId, (run) => run.status === 'waiting')
    expect(await it.engine.resume(waitToken([signingKey], runId, 'hold'), call())).toBe('expired')
    expect(await it.engine.resume(waitToken([signingKey], runId, 'choose'), call())).toBe('not_found')
    expect(await it.engine.resume(`${waitToken([signingKey], runId, 'other')}x`, call())).toBe('not_found')
    expect(await it.engine.resume(waitToken([new Uint8Array(32)], runId, 'other'), call())).toBe('not_found')
  })

  test('racing its deadline is settled by exactly one of them', async () => {
    const runs = await Promise.all(Array.from({ length: 12 }, () => it.start(approval)))
    await Promise.all(runs.map(({ runId }) => it.until(runId, (run) => run.status === 'waiting')))
    it.clock.advance(2 * hourMs)
    const answers = await Promise.all(runs.map(({ runId }) => it.engine.resume(waitToken([signingKey], runId, 'hold'), call())))
    for (const [index, { runId }] of runs.entries()) {
      const { output } = await it.ended(runId)
      expect(output).toEqual(answers[index] === 'resumed' ? { got: true } : { late: true })
    }
  })
})

describe('cancelling', () => {
  test('ends a waiting run at once, and a run that is over not at all', async () => {
    const { runId } = await it.start(threeDays)
    await it.until(runId, (run) => run.status === 'waiting')
    await it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
    expect(await it.ended(runId)).toMatchObject({ status: 'cancelled', waits: [] })
    await expect(it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')).rejects.toMatchObject({ code: 'run_finished' })
  })

  test('aborts what is under way', async () => {
    let aborted = false
    const begun = Promise.withResolvers<void>()
    const slow = createTestEngine(database, {
      runAction: ({ signal }) =>
        new Promise((_, reject) => {
          begun.resolve()
          signal.addEventListener('abort', () => {
            aborted = true
            reject(signal.reason)
          })
        }),
    })
    await slow.engine.start()
    const { runId } = await slow.start(flowOf({ act: { after: ['trigger'] }, then: { type: 'set', after: ['act'] } }))
    await begun.promise
    await slow.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
    expect(await slow.ended(runId)).toMatchObject({ status: 'cancelled' })
    expect(aborted).toBe(true)
    const { items } = await slow.engine.listSteps(testWorkspace, runId, { limit: 9 })
    expect(items[0]).toMatchObject({ path: 'act', status: 'cancelled', attempts: [{ outcome: 'cancelled' }] })
    await slow.engine.stop(1000)
  })
})

describe('a flow with a time limit', () => {
  test('fails the run when it is used up, also while it waits', async () => {
    const { runId } = await it.start({ ...threeDays, plan: { ...threeDays.plan, settings: { timeoutMs: hourMs } } })
    await it.until(runId, (run) => run.status === 'waiting')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ status: 'failed', error: { code: 'timeout' } })
  })
})

test('a start can be put off', async () => {
  const { runId } = await it.start(flowOf({ done: { type: 'set', after: ['trigger'] } }), { delayMs: hourMs })
  await waitFor(
    'the run to be queued',
    async () => (await it.engine.getRun(testWorkspace, runId))?.status === 'queued' || undefined,
  )
  it.clock.advance(hourMs)
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
})
