import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { flowOf } from '../testing/flow-builder.ts'
import {
  loopbackEgress,
  pollTrigger,
  type PollSource,
  setPolls,
  sourcePoller,
  startedKeys,
  startPollSource,
} from '../testing/poll-source.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, type TestEngine, testWorkspace } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'

const minuteMs = 60_000
const say = { say: { type: 'set', params: { values: { key: '{{ trigger.body.key }}' } }, after: ['trigger'] } }

let database: TestDatabase
/** Two servers with one clock. */
let it: TestEngine
let other: TestEngine
let plan: string
let flows = 0
const clock = createFakeClock()
const sources: PollSource[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  const options = { clock, poll: sourcePoller, fetch: loopbackEgress }
  it = createTestEngine(database, options)
  other = createTestEngine(database, options)
  plan = await it.engine.savePlan(flowOf(say))
  await Promise.all([it.engine.start(), other.engine.start()])
})
afterEach(async () => {
  await database.pool.query('delete from engine.polls')
  for (const source of sources.splice(0)) await source.close()
})
afterAll(async () => {
  await Promise.all([it.engine.stop(1000), other.engine.stop(1000)])
  await database.drop()
})

async function source(keys: string[] = []): Promise<PollSource> {
  const made = await startPollSource(keys)
  sources.push(made)
  return made
}
const standing = async (flowId: string) => (await it.engine.listPolls(testWorkspace, flowId))[0]
const keysOf = (flowId: string) => startedKeys(database, flowId)
const engineNow = () => Date.now() + clock.offsetMs()

async function publish(
  from: PollSource,
  params: { [param: string]: Json } = {},
  more: { flowId?: string; planHash?: string; version?: number; isOn?: boolean } = {},
): Promise<string> {
  const flowId = more.flowId ?? `flow_poll${++flows}`
  await setPolls(it.engine, database, { planHash: plan, ...more, flowId, triggers: [pollTrigger(from.url, params)] })
  return flowId
}

/** Resolves once it has looked, and is at rest until its next time. */
async function looked(flowId: string, since = 0): Promise<NonNullable<Awaited<ReturnType<typeof standing>>>> {
  return waitFor('the trigger to have looked', async () => {
    const row = await standing(flowId)
    const isAtRest = row && !row.isLooking && row.passAt === null
    return isAtRest && (row.lookedAt ?? 0) > since && (row.nextAt ?? 0) > engineNow() ? row : undefined
  })
}

/** Lets its next time come, and waits until it has looked. */
async function lookAgain(flowId: string): ReturnType<typeof looked> {
  const before = await standing(flowId)
  clock.advance(Math.max(0, (before?.nextAt ?? 0) - engineNow() + 1))
  return looked(flowId, before?.lookedAt ?? 0)
}

async function failed(flowId: string, times: number): ReturnType<typeof looked> {
  return waitFor(`${times} failures`, async () => {
    const row = await standing(flowId)
    return row && row.failures >= times && !row.isLooking ? row : undefined
  })
}

test('what is there at first starts nothing, and each item that comes starts one run, with two servers looking', async () => {
  const list = await source(['a', 'b'])
  const flowId = await publish(list)
  await looked(flowId)
  expect(await keysOf(flowId)).toEqual([])
  list.keys.push('c', 'd')
  const { nextAt, lookedAt, found } = await lookAgain(flowId)
  expect(await keysOf(flowId)).toEqual(['c', 'd'])
  expect(found).toBe(2)
  expect(nextAt).toBeCloseTo((lookedAt ?? 0) + 5 * minuteMs, 0)
  await lookAgain(flowId)
  expect(await keysOf(flowId)).toEqual(['c', 'd'])
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 9 })
  const newest = items[0]
  if (!newest) throw new Error('There is no run')
  expect(await it.ended(newest.id)).toMatchObject({
    status: 'succeeded',
    output: { key: 'd' },
    trigger: { kind: 'test.newItem', body: { key: 'd' } },
  })
})

test('what is there at first starts runs too when that is asked for', async () => {
  const list = await source(['a', 'b', 'c'])
  const flowId = await publish(list, { startWith: 'all' })
  await looked(flowId)
  expect(await keysOf(flowId)).toEqual(['a', 'b', 'c'])
})

test('an item starts one run however the list is shuffled, cut into pages or repeated', async () => {
  const list = await source(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  list.pageSize = 2
  const flowId = await publish(list)
  await looked(flowId)
  list.keys = ['g', 'new', 'a', 'c', 'new', 'b', 'f', 'e', 'a', 'd', 'newer']
  await lookAgain(flowId)
  list.pageSize = 3
  list.keys.reverse()
  await lookAgain(flowId)
  expect(await keysOf(flowId)).toEqual(['new', 'newer'])
})

test('of two servers that see at the same instant that it is time, one looks', async () => {
  const lists = await Promise.all(Array.from({ length: 24 }, () => source(['a'])))
  const published = await Promise.all(lists.map((list) => publish(list)))
  await Promise.all(published.map((flowId) => looked(flowId)))
  expect(lists.map(({ asked }) => asked.length)).toEqual(lists.map(() => 1))
  for (const list of lists) list.keys.push('b')
  clock.advance(5 * minuteMs + 1)
  await Promise.all(published.map((flowId) => looked(flowId, engineNow() - minuteMs)))
  expect(lists.map(({ asked }) => asked.length)).toEqual(lists.map(() => 2))
  expect((await Promise.all(published.map(keysOf))).flat()).toEqual(lists.map(() => 'b'))
})

test('a server that stood still for too long while it looked writes nothing any more', async () => {
  const list = await source(['a'])
  const flowId = await publish(list)
  await looked(flowId)
  let answer: (() => void) | undefined
  list.instead.push((response) => {
    answer = () => response.end(JSON.stringify({ items: [{ key: 'stale' }], cursor: 7, more: false }))
  })
  clock.advance(5 * minuteMs + 1)
  await waitFor('it to look', () => answer && true)
  list.keys.push('b')
  await database.pool.query(`update engine.polls set held_until = now() - interval '1 second' where flow_id = $1`, [flowId])
  await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
  const { lookedAt } = await looked(flowId, engineNow() - minuteMs)
  answer?.()
  list.keys.push('c')
  await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
  expect(await looked(flowId, lookedAt ?? 0)).toMatchObject({ cursor: '0' })
  expect(await keysOf(flowId)).toEqual(['b', 'c'])
})

test('more items than fit into one transaction start their runs in portions, each once', async () => {
  const list = await source()
  const flowId = await publish(list, { startWith: 'all' })
  await looked(flowId)
  list.keys = Array.from({ length: 2200 }, (_, n) => `item ${n}`)
  const { found } = await lookAgain(flowId)
  expect(found).toBe(2200)
  const { rows } = await database.pool.query<{ runs: number }>(
    `select (select count(*) from engine.runs where flow_id = $1)::int + (select count(*) from engine.history where flow_id = $1)::int as runs`,
    [flowId],
  )
  expect(rows).toEqual([{ runs: 2200 }])
  await lookAgain(flowId)
  expect((await standing(flowId))?.found).toBe(2200)
})

test('a list with more new items than a look may start leaves the rest to the next look, each once', async () => {
  const list = await source()
  const flowId = await publish(list, { startWith: 'all' })
  await looked(flowId)
  const { cursor } = (await standing(flowId)) ?? {}
  list.keys = Array.from({ length: 5100 }, (_, n) => `item ${n}`)
  const before = await standing(flowId)
  clock.advance(Math.max(0, (before?.nextAt ?? 0) - engineNow() + 1))
  const resting = await waitFor('the first of them', async () => {
    const row = await standing(flowId)
    return row && !row.isLooking && row.found > 0 ? row : undefined
  })
  expect(resting).toMatchObject({ found: 5000, cursor, failures: 0 })
  expect((resting.nextAt ?? 0) > engineNow()).toBe(true)
  // Meanwhile the list has changed.
  list.keys.reverse()
  list.keys.push('late')
  clock.advance(minuteMs + 1)
  expect(await looked(flowId, resting.lookedAt ?? 0)).toMatchObject({ found: 5101 })
  const keys = await keysOf(flowId)
  expect(keys).toHaveLength(5101)
  expect(new Set(keys).size).toBe(5101)
})

test('a list with very many pages is gone through in turns, so that its server has a rest', async () => {
  const list = await source(Array.from({ length: 60 }, (_, n) => `item ${n}`))
  list.pageSize = 1
  const flowId = await publish(list, { startWith: 'all' })
  const resting = await waitFor('its rest', async () => {
    const row = await standing(flowId)
    return row && !row.isLooking && row.passAt !== null && (row.nextAt ?? 0) > engineNow() ? row : undefined
  })
  expect(list.asked.length).toBe(50)
  expect(resting).toMatchObject({ found: 50, isNew: true })
  clock.advance(minuteMs + 1)
  expect(await looked(flowId, resting.lookedAt ?? 0)).toMatchObject({ found: 60, isNew: false })
  expect(await keysOf(flowId)).toEqual(list.keys)
})

describe('publishing', () => {
  test('the same anew lets the trigger go on where it stood, with the new version', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    list.keys.push('b')
    await publish(list, { every: '1h', startWith: 'all' }, { flowId, version: 2 })
    await lookAgain(flowId)
    expect(await keysOf(flowId)).toEqual(['b'])
    const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 9 })
    expect(items).toMatchObject([{ version: 2 }])
  })

  test('something else to look for begins anew', async () => {
    const first = await source(['a'])
    const second = await source(['x', 'y'])
    const flowId = await publish(first)
    await looked(flowId)
    await publish(second, {}, { flowId, version: 2 })
    await waitFor('the other list to be looked at', () => (second.asked.length > 0 ? true : undefined))
    await looked(flowId)
    expect(await keysOf(flowId)).toEqual([])
    second.keys.push('z')
    await lookAgain(flowId)
    expect(await keysOf(flowId)).toEqual(['z'])
  })

  test('without the trigger ends it, and nothing of it stays behind', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    await setPolls(it.engine, database, { flowId, planHash: plan, triggers: [] })
    expect(await standing(flowId)).toBeUndefined()
    const { rowCount } = await database.pool.query('select from engine.poll_keys where flow_id = $1', [flowId])
    expect(rowCount).toBe(0)
  })

  test('while it looks lets what that look finds go, for the next one to find', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    const asked = list.asked.length
    let answer: (() => void) | undefined
    list.instead.push((response) => {
      answer = () => response.end(JSON.stringify({ items: [{ key: 'late' }], cursor: 0, more: false }))
    })
    clock.advance(5 * minuteMs)
    await waitFor('it to look', () => answer && true)
    list.keys.push('late')
    await publish(list, {}, { flowId, version: 2 })
    answer?.()
    await waitFor('it to look again', () => (list.asked.length > asked + 1 ? true : undefined))
    await looked(flowId, engineNow() - minuteMs)
    expect(await keysOf(flowId)).toEqual(['late'])
    const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 9 })
    expect(items).toMatchObject([{ version: 2 }])
  })
})

describe('what comes while nobody looks is found afterwards', () => {
  test('when the flow is turned off and on again', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    await publish(list, {}, { flowId, isOn: false })
    list.keys.push('b')
    const asked = list.asked.length
    clock.advance(60 * minuteMs)
    expect(await standing(flowId)).toMatchObject({ nextAt: null })
    expect(list.asked.length).toBe(asked)
    await publish(list, {}, { flowId })
    await waitFor('the run', async () => ((await keysOf(flowId)).length > 0 ? true : undefined))
    expect(await keysOf(flowId)).toEqual(['b'])
  })

  test('when the flow is paused and goes on', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    await pause(flowId, true)
    list.keys.push('b')
    const asked = list.asked.length
    clock.advance(60 * minuteMs)
    await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
    await new Promise(setImmediate)
    expect(list.asked.length).toBe(asked)
    await pause(flowId, false)
    await waitFor('the run', async () => ((await keysOf(flowId)).length > 0 ? true : undefined))
    expect(await keysOf(flowId)).toEqual(['b'])
  })

  async function pause(flowId: string, isPaused: boolean): Promise<void> {
    const client = await database.pool.connect()
    if (isPaused) await it.engine.pauseFlow(testWorkspace, flowId, client)
    else await it.engine.resumeFlow(testWorkspace, flowId, client)
    client.release()
    await it.engine.pausesChanged()
  }
})

describe('a source that fails', () => {
  const refuse =
    (status: number, headers: { [name: string]: string } = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(status, headers).end()

  test('is asked less and less often, tells what is wrong, and is as it was once it answers', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    list.keys.push('b')
    list.instead.push(refuse(500), refuse(500), refuse(500))
    const waits: number[] = []
    for (let times = 1; times <= 3; times++) {
      const before = await standing(flowId)
      clock.advance(Math.max(0, (before?.nextAt ?? 0) - engineNow() + 1))
      const { nextAt, errorCode, errorMessage, failingSince } = await failed(flowId, times)
      expect({ errorCode, errorMessage }).toEqual({ errorCode: 'http_error', errorMessage: 'The source answered 500.' })
      waits.push(Math.round(((nextAt ?? 0) - engineNow()) / minuteMs))
      expect(failingSince).not.toBeNull()
    }
    expect(waits).toEqual([1, 2, 4])
    expect(await lookAgain(flowId)).toMatchObject({ failures: 0, errorCode: null, errorMessage: null, failingSince: null })
    expect(await keysOf(flowId)).toEqual(['b'])
  })

  test('is left alone for as long as it asks', async () => {
    const list = await source(['a'])
    const flowId = await publish(list)
    await looked(flowId)
    list.instead.push(refuse(429, { 'retry-after': '7200' }))
    clock.advance(5 * minuteMs + 1)
    const { nextAt } = await failed(flowId, 1)
    expect(Math.round(((nextAt ?? 0) - engineNow()) / minuteMs)).toBe(120)
    // Unless somebody wants to know now.
    await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
    expect(await looked(flowId, engineNow() - minuteMs)).toMatchObject({ failures: 0 })
  })

  test('in the middle of its pages goes on at that page, and what was found before it is not started twice', async () => {
    const list = await source()
    const flowId = await publish(list)
    await looked(flowId)
    list.keys = ['a', 'b', 'c', 'd']
    list.pageSize = 2
    list.instead.push((response) => response.end(JSON.stringify({ items: [{ key: 'a' }, { key: 'b' }], cursor: 2, more: true })))
    list.instead.push(refuse(503))
    clock.advance(5 * minuteMs + 1)
    await failed(flowId, 1)
    expect(await keysOf(flowId)).toEqual(['a', 'b'])
    await lookAgain(flowId)
    expect(list.asked.at(-1)?.searchParams.get('from')).toBe('2')
    expect(await keysOf(flowId)).toEqual(['a', 'b', 'c', 'd'])
  })
})

test('a trigger whose server goes down each time it looks is looked at less and less often, and at last only when asked', async () => {
  const list = await source(['a'])
  const flowId = await publish(list)
  await looked(flowId)
  const asked = list.asked.length
  /** As servers leave it that went down so many times while they looked. */
  const goDown = async (times: number) => {
    await database.pool.query(
      `update engine.polls set held_by = 'gone', held_until = now() - interval '1 s', crashes = $2 where flow_id = $1`,
      [flowId, times - 1],
    )
    await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
  }
  await goDown(3)
  const third = await failed(flowId, 1)
  expect(third).toMatchObject({ errorCode: 'poisoned', errorMessage: expect.stringContaining('3 times') })
  expect(third.nextAt).toBeGreaterThan(engineNow())
  await goDown(5)
  expect((await failed(flowId, 2)).nextAt).toBeNull()
  expect(list.asked).toHaveLength(asked)
  list.keys.push('b')
  await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
  expect(await looked(flowId, third.lookedAt ?? 0)).toMatchObject({ crashes: 0, failures: 0, errorCode: null })
  expect(await keysOf(flowId)).toEqual(['b'])
})

test('a trigger is asked at once when somebody wants that, unless its flow is off', async () => {
  const list = await source(['a'])
  const flowId = await publish(list, { every: '1d' })
  const { lookedAt } = await looked(flowId)
  list.keys.push('b')
  const place = { workspaceId: testWorkspace, flowId, triggerId: 'trigger' }
  expect(await it.engine.hastenPoll(place)).toBe(true)
  await looked(flowId, lookedAt ?? 0)
  expect(await keysOf(flowId)).toEqual(['b'])
  await publish(list, { every: '1d' }, { flowId, isOn: false })
  expect(await it.engine.hastenPoll(place)).toBe(false)
  expect(await it.engine.hastenPoll({ ...place, triggerId: 'nobody' })).toBe(false)
})

test('asked for while it looks, it looks once more', async () => {
  const list = await source(['a'])
  const flowId = await publish(list)
  await looked(flowId)
  const asked = list.asked.length
  let answer: (() => void) | undefined
  list.instead.push((response) => {
    answer = () => response.end(JSON.stringify({ items: [{ key: 'a' }], cursor: 0, more: false }))
  })
  clock.advance(5 * minuteMs + 1)
  await waitFor('it to look', () => answer && true)
  list.keys.push('b')
  await it.engine.hastenPoll({ workspaceId: testWorkspace, flowId, triggerId: 'trigger' })
  answer?.()
  await waitFor('the run', async () => ((await keysOf(flowId)).length > 0 ? true : undefined))
  expect(list.asked.length).toBe(asked + 2)
})

test('what a flow’s settings say of its starts holds for what is found too', async () => {
  const planHash = await it.engine.savePlan(flowOf(say, { rateLimit: { limit: 2, per: 'hour' } }))
  const list = await source(['a', 'b', 'c', 'd'])
  const flowId = await publish(list, { startWith: 'all' }, { planHash })
  await looked(flowId)
  expect(await keysOf(flowId)).toEqual(['a', 'b'])
  await lookAgain(flowId)
  expect(await keysOf(flowId)).toEqual(['a', 'b'])
  // What was dropped lies in the inbox, with the reason.
  const { items } = await it.engine.listRequests({ workspaceId: testWorkspace, flowId, limit: 9 })
  expect(items.map(({ state, reason, path }) => ({ state, reason, path }))).toEqual(
    ['c', 'd'].map(() => ({ state: 'kept', reason: 'rate_limited', path: 'test.newItem/trigger' })),
  )
  expect(items.map(({ trigger }) => JSON.parse(trigger ?? 'null').body.key).toSorted()).toEqual(['c', 'd'])
})

test('several items at once become one batch when the flow gathers them', async () => {
  const planHash = await it.engine.savePlan(
    flowOf(
      { count: { type: 'set', params: { values: { n: '{{ trigger.body.length }}' } }, after: ['trigger'] } },
      { batch: { size: 3, for: '1h' } },
    ),
  )
  const list = await source(['a', 'b', 'c'])
  const flowId = await publish(list, { startWith: 'all' }, { planHash })
  await looked(flowId)
  const { items } = await it.engine.listRuns({ workspaceId: testWorkspace, flowId, limit: 9 })
  expect(items).toHaveLength(1)
  expect(await it.ended(items[0]?.id ?? '')).toMatchObject({ output: { n: 3 } })
})

describe('keys', () => {
  test('are remembered for as long as the list has them, and forgotten long after', async () => {
    const list = await source(['old', 'gone'])
    const flowId = await publish(list)
    await looked(flowId)
    list.keys = ['old']
    for (let days = 0; days < 100; days += 50) {
      clock.advance(50 * 86_400_000)
      list.keys.push(...Array.from({ length: 100 }, (_, n) => `${days} ${n}`))
      await lookAgain(flowId)
    }
    const { rows } = await database.pool.query<{ left: number }>(
      `select count(*)::int as left from engine.poll_keys where flow_id = $1`,
      [flowId],
    )
    expect(rows).toEqual([{ left: 201 }])
    expect((await keysOf(flowId)).filter((key) => key === 'old' || key === 'gone')).toEqual([])
  })
})

test('a trial tells of the newest item and starts nothing', async () => {
  const list = await source(['a', 'b'])
  const trial = { workspaceId: testWorkspace, flowId: 'flow_trial', triggerId: 'trigger', type: 'test.newItem' }
  const signal = new AbortController().signal
  const text = await it.engine.tryPoll({ ...trial, params: { url: list.url }, settings: {}, signal })
  expect(JSON.parse(text ?? 'null')).toMatchObject({ kind: 'test.newItem', body: { key: 'b' } })
  list.keys = []
  expect(await it.engine.tryPoll({ ...trial, params: { url: list.url }, settings: {}, signal })).toBeUndefined()
  await expect(
    it.engine.tryPoll({ ...trial, params: { url: list.url }, settings: { egress: { allow: ['example.com'] } }, signal }),
  ).rejects.toMatchObject({ code: 'egress_denied' })
  expect(await keysOf('flow_trial')).toEqual([])
})
