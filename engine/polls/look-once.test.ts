import { afterEach, expect, test, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { defaultLimits } from '../limits.ts'
import type { Poller } from '../ports.ts'
import { quietLog } from '../testing/test-engine.ts'
import { lookLimitMs, lookOnce, type LookPorts } from './look-once.ts'

afterEach(() => {
  vi.useRealTimers()
})

const log = { ...quietLog, error: () => undefined }
const nothing = { items: [], cursor: null, more: false }

function look(
  poll: Poller,
  { ports = {}, signal = new AbortController().signal }: { ports?: Partial<LookPorts>; signal?: AbortSignal } = {},
) {
  const place = { workspaceId: 'ws_1', flowId: 'flow_1', triggerId: 'trigger', type: 'test.newItem' }
  const fetch = () => Promise.reject(new Error('nothing is fetched in this test'))
  return lookOnce(
    { poll, fetch, limits: defaultLimits, log, now: () => 7, ...ports },
    { ...place, params: { queue: 'a', every: '1h', startWith: 'all' }, cursor: 3, settings: {}, signal },
  )
}

test('a trigger is given its own params, where it stood and the time', async () => {
  const poll: Poller = ({ type, params, cursor, now }) => {
    expect({ type, params, cursor, now }).toEqual({ type: 'test.newItem', params: { queue: 'a' }, cursor: 3, now: 7 })
    return Promise.resolve(nothing)
  }
  expect(await look(poll)).toEqual(nothing)
})

test('a look that takes too long is given up, and told so', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let own: AbortSignal | undefined
  const looking = look(({ signal }) => {
    own = signal
    return new Promise(() => undefined)
  })
  const outcome = expect(looking).rejects.toMatchObject({ code: 'timeout' })
  vi.advanceTimersByTime(lookLimitMs)
  await outcome
  expect(own?.aborted).toBe(true)
})

test('a look ends when the server stops', async () => {
  const stopping = new AbortController()
  const looking = look(() => new Promise(() => undefined), { signal: stopping.signal })
  stopping.abort()
  await expect(looking).rejects.toMatchObject({ code: 'cancelled' })
  await expect(look(() => new Promise(() => undefined), { signal: stopping.signal })).rejects.toMatchObject({ code: 'cancelled' })
})

test('what a trigger throws by mistake is no news for people', async () => {
  const poll: Poller = () => Promise.reject(new TypeError('undefined is not a function'))
  await expect(look(poll)).rejects.toMatchObject({ code: 'internal', message: expect.not.stringContaining('undefined') })
})

test('a secret that the other side repeats is in no answer and no error', async () => {
  const secrets = { open: async (_: unknown, name: string) => ({ name, version: 1, value: 'canary-value', hosts: ['a.test'] }) }
  const fetch: LookPorts['fetch'] = async ({ url, headers, references }) => {
    const name = /\[secret ([\w.-]+) /.exec(headers[0]?.[1] ?? '')?.[1] ?? ''
    const { value } = (await references?.open(name)) ?? { value: '' }
    return { url, status: 200, statusText: 'OK', headers: [], body: Buffer.from(`You said ${value}`), redirected: false }
  }
  const poll: Poller = async ({ secret, fetch: ask }) => {
    const { body } = await ask({ url: 'https://a.test', method: 'GET', headers: [['authorization', secret('desk')]] })
    expect(Buffer.from(body).toString()).not.toContain('canary')
    throw new AppError('action_failed', 'It knows canary-value.')
  }
  await expect(look(poll, { ports: { secrets, fetch } })).rejects.toMatchObject({
    code: 'action_failed',
    message: expect.not.stringContaining('canary'),
  })
})

test('too much to keep is refused', async () => {
  const limits = { ...defaultLimits, outputBytes: 100 }
  const large = JSON.stringify('x'.repeat(100))
  const withItem: Poller = () => Promise.resolve({ ...nothing, items: [{ key: 'a', data: large }] })
  await expect(look(withItem, { ports: { limits } })).rejects.toMatchObject({ code: 'output_too_large' })
  const withCursor: Poller = () => Promise.resolve({ ...nothing, cursor: 'x'.repeat(300_000) })
  await expect(look(withCursor)).rejects.toMatchObject({ code: 'output_too_large' })
})
