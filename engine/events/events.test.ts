import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { createDatabase } from '../db/database.ts'
import { forgetPublished } from '../db/forget-published.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, quietLog, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

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
let names = 0
/** A name of an event that no other test has used. */
const freshName = () => `event.${++names}`
const publish = (name: string, data: Json = null, id?: string) =>
  it.engine.publishEvent({ workspaceId: testWorkspace, name, data: JSON.stringify(data), ...(id === undefined ? {} : { id }) })
const signal = (runId: string, name: string, data: Json = null, id?: string) =>
  it.engine.signalRun({
    workspaceId: testWorkspace,
    runId,
    name,
    data: JSON.stringify(data),
    ...(id === undefined ? {} : { id }),
  })

/** Waits for an event, then gives what it brought; `late` when nothing did. */
const waitFlow = (name: string, params: { [name: string]: Json } = {}) =>
  flowOf({
    hold: { type: 'waitForEvent', params: { name, ...params }, after: ['trigger'] },
    got: { type: 'set', params: { values: { got: '{{ steps.hold }}' } }, after: ['hold:received'] },
    late: { type: 'set', params: { values: { late: true } }, after: ['hold:timeout'] },
  })
const sleepFirst = (name: string, params: { [name: string]: Json } = {}) =>
  flowOf({
    sleep: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
    hold: { type: 'waitForEvent', params: { name, ...params }, after: ['sleep'] },
  })
const waiting = (runId: string) => it.until(runId, (run) => run.status === 'waiting')
const looked = () =>
  waitFor('all events and waits to be looked after', async () => {
    const { rows } = await database.pool.query(
      'select from engine.published where not looked union all select from engine.waits where not looked',
    )
    return rows.length === 0 || undefined
  })

describe('a wait for an event', () => {
  test('goes on with the event’s data, to the letter', async () => {
    const name = freshName()
    const { runId } = await it.start(waitFlow(name))
    const { waits } = await waiting(runId)
    expect(waits).toMatchObject([{ path: 'hold', kind: 'event', name }])
    await it.engine.publishEvent({ workspaceId: testWorkspace, name, data: '{"b":12345678901234567890,"a":1}' })
    await it.ended(runId)
    expect(await it.engine.listStepsText(testWorkspace, runId, { limit: 9 })).toContain(
      '"output":{"b":12345678901234567890,"a":1}',
    )
  })

  test('sees an event that came before it opened, since its run was made', async () => {
    const name = freshName()
    await publish(name, 'before the run')
    it.clock.advance(1000)
    const { runId } = await it.start(sleepFirst(name))
    await waiting(runId)
    await publish(name, 'early')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: 'early' })
  })

  test('ignores what came early if it is told to', async () => {
    const name = freshName()
    const { runId } = await it.start(sleepFirst(name, { early: 'ignore' }))
    await waiting(runId)
    await publish(name, 'early')
    await looked()
    it.clock.advance(hourMs)
    await it.until(runId, (run) => run.waits.some((wait) => wait.kind === 'event'))
    await looked()
    expect((await it.engine.getRun(testWorkspace, runId))?.status).toBe('waiting')
    await publish(name, 'in time')
    expect(await it.ended(runId)).toMatchObject({ output: 'in time' })
  })

  test('takes only an event that fits, by the event and by what the run knows', async () => {
    const name = freshName()
    const match = '{{ event.order == trigger.body.n && event.amount > trigger.body.n * 10 && event.ok }}'
    const { runId } = await it.start(waitFlow(name, { match }))
    await waiting(runId)
    for (const data of [{ order: 2, amount: 99, ok: true }, { order: 1, amount: 10, ok: true }, null, { order: 1, amount: 11 }])
      await publish(name, data)
    await looked()
    await publish(name, { order: '1', amount: 12, ok: true })
    expect(await it.ended(runId)).toMatchObject({ output: { got: { order: '1', amount: 12 } } })
  })

  test('does not wake its run for events that the event alone shows not to fit', async () => {
    const name = freshName()
    const runs = await Promise.all([
      it.start(waitFlow(name, { match: '{{ event.amount > 100 }}' })),
      it.start(waitFlow(name, { match: '{{ event.order.id === trigger.body.n }}' })),
    ])
    for (const { runId } of runs) await waiting(runId)
    const journal = async () =>
      (await database.pool.query('select run_id from engine.events where run_id = any($1)', [runs.map((run) => run.runId)]))
        .rowCount
    const before = await journal()
    for (let n = 0; n < 20; n++) await publish(name, { amount: n, order: { id: n + 2 } })
    await looked()
    expect(await journal()).toBe(before)
    await publish(name, { amount: 101, order: { id: 1 } })
    for (const { runId } of runs) expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
  })

  test('leaves by its timeout exit when none comes, and fails without a line for that', async () => {
    const { runId } = await it.start(waitFlow(freshName(), { timeout: '2h' }))
    const { waits } = await waiting(runId)
    expect(waits[0]?.expiresAt).toBeDefined()
    const bare = await it.start(
      flowOf({ hold: { type: 'waitForEvent', params: { name: freshName(), timeout: '2h' }, after: ['trigger'] } }),
    )
    await waiting(bare.runId)
    it.clock.advance(2 * hourMs)
    expect(await it.ended(runId)).toMatchObject({ output: { late: true } })
    expect(await it.ended(bare.runId)).toMatchObject({ status: 'failed', error: { code: 'wait_timed_out', path: 'hold' } })
  })

  test('takes what came before its deadline, however short that is', async () => {
    const name = freshName()
    const { runId } = await it.start(sleepFirst(name, { timeout: '1ms' }))
    await waiting(runId)
    await publish(name, 'early')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ output: 'early' })
  })

  test('with a name or a match that can’t be worked out fails by name', async () => {
    const named = await it.start(
      flowOf({ hold: { type: 'waitForEvent', params: { name: '{{ trigger.body.nothing }}' }, after: ['trigger'] } }),
    )
    expect(await it.ended(named.runId)).toMatchObject({ error: { code: 'invalid_input', path: 'hold' } })
    const broken = await it.start(waitFlow(freshName(), { match: '{{ event.id == trigger.body.n.map(x => x) }}' }))
    expect(await it.ended(broken.runId)).toMatchObject({ error: { code: 'expression_error', path: 'hold' } })
  })

  test('of a run that failed meanwhile sees, once the run is retried, what came while it was over', async () => {
    const name = freshName()
    let isBroken = true
    const apart = await createTestDatabase()
    const flaky = createTestEngine(apart, {
      runAction: async () => {
        if (isBroken) throw new AppError('action_failed', 'not now')
        return '1'
      },
    })
    await flaky.engine.start()
    const { runId } = await flaky.start(
      flowOf({
        hold: { type: 'waitForEvent', params: { name }, after: ['trigger'] },
        sleep: { type: 'delay', params: { for: '1h' }, after: ['trigger'] },
        act: { type: 'test.act', retry: { maxAttempts: 1 }, after: ['sleep'] },
      }),
    )
    await flaky.until(runId, (run) => run.waits.length === 2)
    flaky.clock.advance(hourMs)
    expect(await flaky.ended(runId)).toMatchObject({ status: 'failed' })
    await flaky.engine.publishEvent({ workspaceId: testWorkspace, name, data: '"meanwhile"' })
    isBroken = false
    await flaky.engine.retryRun(testWorkspace, runId, 'user_1')
    await waitFor(
      'the run to end',
      async () => (await flaky.engine.getRun(testWorkspace, runId))?.status === 'succeeded' || undefined,
    )
    await flaky.engine.stop(1000)
    await apart.drop()
  })
})

describe('an event', () => {
  test('wakes every run that waits for it, and serves one wait in each: the first opened', async () => {
    const name = freshName()
    const two = flowOf({
      a: { type: 'waitForEvent', params: { name }, after: ['trigger'] },
      b: { type: 'waitForEvent', params: { name }, after: ['trigger'] },
    })
    const runs = await Promise.all(Array.from({ length: 5 }, () => it.start(two)))
    for (const { runId } of runs) await it.until(runId, (run) => run.status === 'waiting' && run.waits.length === 2)
    await publish(name, 1)
    for (const { runId } of runs) {
      const { waits } = await it.until(runId, (run) => run.status === 'waiting' && run.waits.length === 1)
      expect(waits[0]?.path).toBe('b')
    }
    await publish(name, 2)
    for (const { runId } of runs) {
      await it.ended(runId)
      const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
      expect(items.map(({ path, output }) => [path, output])).toEqual([
        ['a', 1],
        ['b', 2],
      ])
    }
  })

  test('that one wait refused is still there for the next', async () => {
    const name = freshName()
    const { runId } = await it.start(
      flowOf({
        a: { type: 'waitForEvent', params: { name, match: '{{ event.to === "a" }}' }, after: ['trigger'] },
        b: { type: 'waitForEvent', params: { name, match: '{{ event.to === steps.a.then }}' }, after: ['a:received'] },
      }),
    )
    await waiting(runId)
    await publish(name, { to: 'b' })
    await publish(name, { to: 'a', then: 'b' })
    expect(await it.ended(runId)).toMatchObject({ status: 'succeeded', output: { to: 'b' } })
  })

  test('sent twice under one id counts once, for seven days', async () => {
    const name = freshName()
    const loop = flowOf({
      a: { type: 'waitForEvent', params: { name }, after: ['trigger'] },
      b: { type: 'waitForEvent', params: { name }, after: ['a:received'] },
    })
    const { runId } = await it.start(loop)
    await waiting(runId)
    const answers = await Promise.all([
      publish(name, 1, `${name}-x`),
      publish(name, 1, `${name}-x`),
      publish(name, 1, `${name}-x`),
    ])
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    await it.until(runId, (run) => run.status === 'waiting' && run.waits[0]?.path === 'b')
    it.clock.advance(8 * 24 * hourMs)
    expect(await publish(name, 'later', `${name}-x`)).toMatchObject({ isNew: true })
    expect(await it.ended(runId)).toMatchObject({ output: 'later' })
  })

  test('published while waits of its name open is missed by none of them', async () => {
    const name = freshName()
    const starting = Array.from({ length: 40 }, () => it.start(waitFlow(name)))
    const runs = await Promise.all(starting.map(async (start) => (await start).durable.then(async () => (await start).runId)))
    await publish(name, 'now')
    for (const runId of runs) expect(await it.ended(runId)).toMatchObject({ output: { got: 'now' } })
  })

  test('each pass of a loop takes the next one', async () => {
    const name = freshName()
    const loop = flowOf({
      each: { type: 'repeat', params: { until: '{{ index == 30 }}' }, after: ['trigger'] },
      hold: { type: 'waitForEvent', params: { name }, after: [], parent: 'each' },
    })
    const { runId } = await it.start(loop)
    for (let n = 0; n < 30; n++) await publish(name, n)
    await it.ended(runId)
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 50, parent: 'each' })
    expect(items.map(({ output }) => output)).toEqual(Array.from({ length: 30 }, (_, n) => n))
  })

  test('racing deadlines ends each wait once', async () => {
    const name = freshName()
    const runs = await Promise.all(Array.from({ length: 12 }, () => it.start(waitFlow(name, { timeout: '2h' }))))
    for (const { runId } of runs) await waiting(runId)
    it.clock.advance(2 * hourMs)
    await publish(name, 'close')
    for (const { runId } of runs) {
      const { output } = await it.ended(runId)
      expect([{ late: true }, { got: 'close' }]).toContainEqual(output)
      const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9 })
      expect(items.filter(({ status }) => status === 'succeeded')).toHaveLength(2)
    }
  })

  test('of one workspace is nothing to another', async () => {
    const name = freshName()
    const { runId } = await it.start(waitFlow(name))
    await waiting(runId)
    await it.engine.publishEvent({ workspaceId: 'ws_other', name, data: '1' })
    await looked()
    expect((await it.engine.getRun(testWorkspace, runId))?.status).toBe('waiting')
    await publish(name)
    await it.ended(runId)
  })
})

describe('a signal', () => {
  test('ends the wait of its name in one run, once for each id', async () => {
    const name = freshName()
    const two = flowOf({
      a: { type: 'waitForEvent', params: { name, match: '{{ event.n > 0 }}' }, after: ['trigger'] },
      b: { type: 'waitForEvent', params: { name }, after: ['a:received'] },
    })
    const [one, other] = await Promise.all([it.start(two), it.start(two)])
    await Promise.all([waiting(one.runId), waiting(other.runId)])
    const answers = await Promise.all([signal(one.runId, name, { n: 1 }, 'x'), signal(one.runId, name, { n: 1 }, 'x')])
    expect(answers.map(({ isNew }) => isNew).toSorted()).toEqual([false, true])
    await it.until(one.runId, (run) => run.status === 'waiting' && run.waits[0]?.path === 'b')
    expect(await signal(one.runId, name, { n: 2 }, 'x')).toEqual({ isNew: false })
    await signal(one.runId, name, { n: 2 }, 'y')
    expect(await it.ended(one.runId)).toMatchObject({ output: { n: 2 } })
    expect((await it.engine.getRun(testWorkspace, other.runId))?.waits[0]?.path).toBe('a')
    await expect(signal(one.runId, name)).rejects.toMatchObject({ code: 'run_finished' })
    await expect(signal('run_none', name)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('that comes early is kept', async () => {
    const name = freshName()
    const { runId } = await it.start(sleepFirst(name))
    await waiting(runId)
    await signal(runId, name, 'early')
    it.clock.advance(hourMs)
    expect(await it.ended(runId)).toMatchObject({ output: 'early' })
  })
})

test('events are forgotten after a week, but not those that a sleeping run may still wait for', async () => {
  const apart = await createTestDatabase()
  const own = createTestEngine(apart)
  await own.engine.start()
  const sleeper = (name: string) =>
    flowOf({
      sleep: { type: 'delay', params: { for: '30d' }, after: ['trigger'] },
      hold: { type: 'waitForEvent', params: { name }, after: ['sleep'] },
    })
  const send = (name: string) => own.engine.publishEvent({ workspaceId: testWorkspace, name, data: '"kept"' })
  const forgotten = async () => {
    await waitFor(
      'all to be told',
      async () => (await apart.pool.query('select from engine.published where not looked')).rowCount === 0 || undefined,
    )
    await forgetPublished(createDatabase(apart.pool, quietLog), Date.now() + own.clock.offsetMs())
    const { rows } = await apart.pool.query<{ name: string }>('select name from engine.published order by name')
    return rows.map(({ name }) => name)
  }
  await send('wanted')
  own.clock.advance(1000)
  const { runId, durable } = await own.start(sleeper('wanted'))
  await durable
  await send('wanted')
  await send('other')
  expect(await forgotten()).toEqual(['other', 'wanted', 'wanted'])
  own.clock.advance(8 * 24 * hourMs)
  expect(await forgotten()).toEqual(['wanted'])
  // Which name this one waits for is known only when it gets there.
  await send('other')
  own.clock.advance(1000)
  await (
    await own.start(sleeper('{{ trigger.body.name }}'))
  ).durable
  await send('other')
  own.clock.advance(8 * 24 * hourMs)
  expect(await forgotten()).toEqual(['other', 'wanted'])
  own.clock.advance(20 * 24 * hourMs)
  expect(await own.until(runId, (run) => run.status === 'succeeded')).toMatchObject({ output: 'kept' })
  await own.engine.stop(1000)
  await apart.drop()
})

test('ten thousand waits of one name, each about another value, cost an event what one costs', async () => {
  const name = freshName()
  const { runId } = await it.start(waitFlow(name, { match: '{{ event.order === trigger.body.n }}' }))
  await waiting(runId)
  await database.pool.query(
    `insert into engine.waits (workspace_id, run_id, path, kind, opened_at, event_name, match_path, match_value, is_closed, since)
     select w.workspace_id, 'run_' || n, 'hold', 'event', now(), w.event_name, w.match_path, 'n' || (n + 1000), false, now()
     from engine.waits w, generate_series(1, 10000) as n where w.run_id = $1`,
    [runId],
  )
  await database.pool.query('analyze engine.waits')
  const { rows } = await database.pool.query(
    `explain (format json) select run_id from engine.waits where workspace_id = $1 and event_name = $2
       and since <= now() and match_path = '["order"]' and match_value = 'n1' and (run_id, path) > ('', '') order by run_id, path`,
    [testWorkspace, name],
  )
  expect(JSON.stringify(rows[0])).toContain('waits_for_event')
  await publish(name, { order: 1 })
  expect(await it.ended(runId)).toMatchObject({ status: 'succeeded' })
  await database.pool.query(`delete from engine.waits where event_name = $1`, [name])
})
