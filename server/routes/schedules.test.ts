import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { apiOf } from '../testing/api-of.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)
const step = { id: 'say', type: 'set', params: { values: { at: '{{ trigger.scheduledAt }}', kind: '{{ trigger.kind }}' } } }
const scheduled = (params: object) => chain({ id: 'trigger', type: 'schedule', params }, step)
const every = (cron: string, timezone = 'UTC') => ({ rules: [{ cron, timezone }] })
const schedules = async (id: string, query = '') => {
  const { json } = await api('GET', `/flows/${id}/schedules${query}`)
  return z
    .array(z.looseObject({ state: z.string(), next: z.array(z.string()), last: z.string().nullable() }))
    .parse(json['items'])
}
const runsOf = async (id: string) => {
  const { json } = await api('GET', `/runs?flowId=${id}`)
  return z.array(z.looseObject({ id: z.string(), status: z.string() })).parse(json['items'])
}

test('a published schedule starts runs by itself, which know their time', async () => {
  const { id } = await publishFlow(server, headers, scheduled(every('* * * * * *')))
  const run = await waitFor('a run to end', async () => (await runsOf(id)).find(({ status }) => status === 'succeeded'))
  await api('POST', `/flows/${id}/disable`)
  const { json } = await api('GET', `/runs/${run.id}`)
  const { trigger } = z.object({ trigger: z.object({ scheduledAt: z.iso.datetime() }) }).parse(json)
  expect(json).toMatchObject({
    status: 'succeeded',
    trigger: { kind: 'schedule', body: null },
    output: { kind: 'schedule', at: trigger.scheduledAt },
  })
  expect(Date.parse(trigger.scheduledAt) % 1000).toBe(0)
  expect((await schedules(id))[0]?.last).not.toBeNull()
})

describe('the next times', () => {
  test('are told of the live version, ten unless more are asked for, with the rules in words', async () => {
    const { id } = await publishFlow(server, headers, scheduled({ ...every('0 9 * * 1-5', 'Europe/Berlin'), missed: 'one' }))
    const [schedule] = await schedules(id)
    expect(schedule).toMatchObject({
      nodeId: 'trigger',
      state: 'on',
      missed: 'one',
      last: null,
      rules: [{ cron: '0 9 * * 1-5', timezone: 'Europe/Berlin', words: 'Every weekday at 9:00' }],
    })
    expect(schedule?.next).toHaveLength(10)
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      weekday: 'short',
      timeStyle: undefined,
      hour: '2-digit',
      minute: '2-digit',
    })
    for (const time of schedule?.next ?? []) expect(clock.format(new Date(time))).toMatch(/^(Mon|Tue|Wed|Thu|Fri),? 09:00$/)
    expect((await schedules(id, '?count=30'))[0]?.next).toHaveLength(30)
    expect((await api('GET', `/flows/${id}/schedules?count=101`)).status).toBe(422)
  })

  test('are told of a draft before it is published, and of the two apart', async () => {
    const { id } = await createFlow(server, headers, scheduled(every('0 0 1 * *')))
    expect(await schedules(id)).toEqual([])
    expect(await schedules(id, '?version=draft')).toMatchObject([{ state: 'draft', next: expect.arrayContaining([]) }])
    expect((await schedules(id, '?version=draft'))[0]?.next).toHaveLength(10)
  })

  test('of a draft that can’t be read yet are none', async () => {
    const params = { rules: [{ cron: '0 9 * * *', timezone: 'UTC' }], startsAt: 'next week' }
    const { id } = await createFlow(server, headers, chain({ id: 'start', type: 'schedule', params }))
    const sent = await server.send(`/api/v1/flows/${id}/schedules?version=draft`, { headers })
    expect(sent.json).toMatchObject({ items: [{ nodeId: 'start', next: [] }] })
  })

  test('say whether the flow is on, paused, off or at its end', async () => {
    const { id } = await publishFlow(server, headers, scheduled(every('0 0 1 1 *')))
    const state = async () => (await schedules(id))[0]?.state
    expect(await state()).toBe('on')
    await api('POST', `/flows/${id}/pause`)
    expect(await state()).toBe('paused')
    await api('POST', `/flows/${id}/disable`)
    expect(await state()).toBe('off')
    const over = await publishFlow(server, headers, scheduled({ ...every('0 9 * * *'), endsAt: '2020-01-01' }))
    expect(await schedules(over.id)).toMatchObject([{ state: 'ended', next: [] }])
  })

  test('are for nobody of another workspace', async () => {
    const { id } = await publishFlow(server, headers, scheduled(every('0 9 * * *')))
    const stranger = await server.makeKey(['admin'], await server.makeWorkspace())
    expect((await server.send(`/api/v1/flows/${id}/schedules`, { headers: stranger })).status).toBe(404)
  })
})

test('a flow that is deleted starts nothing more', async () => {
  const { id } = await publishFlow(server, headers, scheduled(every('0 0 1 1 *')))
  expect((await api('DELETE', `/flows/${id}`)).status).toBe(204)
  const { rowCount } = await server.database.pool.query('select from engine.schedules where flow_id = $1', [id])
  expect(rowCount).toBe(0)
})

test('a flow with a schedule is started by hand too, as if its time had come', async () => {
  const { id } = await publishFlow(server, headers, scheduled(every('0 0 1 1 *')))
  const run = await api('POST', `/flows/${id}/runs`, { wait: 120 })
  expect(run.json).toMatchObject({ status: 'succeeded', output: { kind: 'schedule', at: expect.stringMatching(/^20/) } })
})

test.each([
  [{ rules: [{ cron: '61 * * * *', timezone: 'UTC' }] }, 'invalid_cron', 'rules.0.cron', 'minutes'],
  [{ rules: [{ cron: '0 9 31 2 *', timezone: 'UTC' }] }, 'invalid_cron', 'rules.0.cron', 'never comes'],
  [{ rules: [{ cron: '0 9 * * *', timezone: 'Europe/Atlantis' }] }, 'invalid_time_zone', 'rules.0.timezone', 'Europe/Atlantis'],
  [
    {
      rules: [
        { cron: '0 9 * * *', timezone: 'UTC' },
        { cron: 'noon', timezone: 'UTC' },
      ],
    },
    'invalid_cron',
    'rules.1.cron',
    'noon',
  ],
  [{ rules: [{ cron: '', timezone: 'UTC' }] }, 'invalid_cron', 'rules.0.cron', 'five parts'],
  [{ rules: [] }, 'invalid_param', 'rules', 'at least 1'],
  [{}, 'missing_param', 'rules', 'missing'],
  [{ ...every('0 9 * * *'), jitter: '2d' }, 'invalid_duration', 'jitter', 'a day'],
  [{ ...every('0 9 * * *'), startsAt: '2026-02-30' }, 'invalid_param', 'startsAt', 'not a day'],
  [{ ...every('0 9 * * *'), startsAt: '2026-03-02', endsAt: '2026-03-01' }, 'invalid_param', 'endsAt', 'before it begins'],
])('what can’t be a schedule is told before it is published: %j', async (params, code, param, words) => {
  const { id } = await createFlow(server, headers, scheduled(params))
  const refused = await api('POST', `/flows/${id}/publish`)
  expect(refused.status).toBe(422)
  expect(refused.json).toMatchObject({
    code: 'does_not_compile',
    problems: expect.arrayContaining([
      expect.objectContaining({ code, param, nodeId: 'trigger', message: expect.stringContaining(words) }),
    ]),
  })
})
