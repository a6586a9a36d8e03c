import { afterAll, afterEach, expect, test } from 'vitest'
import type { EgressFetch } from '../../ports.ts'
import { createTestSandbox } from '../testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())
afterEach(async () => {
  sandbox.lines.length = 0
  expect(await sandbox.run('export default () => "healthy"')).toBe('healthy')
})

function countingFetch(): { fetch: EgressFetch; calls: () => number; most: () => number } {
  let calls = 0
  let inFlight = 0
  let most = 0
  return {
    calls: () => calls,
    most: () => most,
    fetch: async () => {
      calls++
      most = Math.max(most, ++inFlight)
      await new Promise((resolve) => setImmediate(resolve))
      inFlight--
      return { url: '', status: 200, statusText: '', headers: [], body: new Uint8Array(), redirected: false }
    },
  }
}

test('a thousand calls to the outside are carried out, fifty at a time', async () => {
  const counter = countingFetch()
  const code = 'export default async () => (await Promise.all(Array.from({ length: 1000 }, () => fetch("http://x/")))).length'
  expect(await sandbox.run(code, { fetch: counter.fetch })).toBe(1000)
  expect(counter.calls()).toBe(1000)
  expect(counter.most()).toBeLessThanOrEqual(50)
})

test('one call more ends the run, even when its error is caught', async () => {
  const counter = countingFetch()
  const code =
    'export default async () => { for (let i = 0; i < 1001; i++) try { await fetch("http://x/") } catch {} return "survived" }'
  expect(await sandbox.failure(code, { fetch: counter.fetch })).toMatchObject({ code: 'call_limit' })
  expect(counter.calls()).toBe(1000)
})

test('calls made without waiting can’t flood the host', async () => {
  const counter = countingFetch()
  expect(
    await sandbox.failure('export default () => { for (;;) void fetch("http://x/").catch(() => {}) }', { fetch: counter.fetch }),
  ).toMatchObject({
    code: expect.stringMatching(/^(call|cpu|memory)_limit$/),
  })
  expect(counter.calls()).toBeLessThanOrEqual(1000)
})

test('a body over 10 MiB is not sent', async () => {
  const counter = countingFetch()
  const code = 'export default () => fetch("http://x/", { method: "POST", body: "x".repeat(11 * 1024 * 1024) })'
  expect(await sandbox.failure(code, { fetch: counter.fetch })).toMatchObject({ code: 'call_limit' })
  expect(counter.calls()).toBe(0)
})

test('of a flood of log lines a thousand are kept and the rest is counted', async () => {
  expect(
    await sandbox.run('export default ({ log }: any) => { for (let i = 0; i < 100_000; i++) log("line " + i); return 1 }'),
  ).toBe(1)
  expect(sandbox.lines).toHaveLength(1001)
  expect(sandbox.lines[999]).toMatchObject({ message: 'line 999' })
  expect(sandbox.lines[1000]).toMatchObject({ level: 'warn', message: expect.stringContaining('99000') })
})

test('long lines are cut, and 256 KiB of them are enough', async () => {
  await sandbox.run('export default ({ log }: any) => { for (let i = 0; i < 100; i++) log("x".repeat(1e6)) }')
  const kept = sandbox.lines.slice(0, -1)
  expect(kept.every(({ message }) => message.length <= 8 * 1024 + 1)).toBe(true)
  expect(kept.length).toBeLessThanOrEqual(32)
})

test('logging what can’t be written down is no error', async () => {
  const code = `export default ({ log }: any) => {
    const a: any = { n: 1n }; a.self = a
    log("circular", a); console.log(a, () => 1, Symbol("s"), new Proxy({}, { ownKeys() { throw 1 } })); log({ toString() { throw 1 } }); log(undefined)
    return 1
  }`
  expect(await sandbox.run(code)).toBe(1)
  expect(sandbox.lines.map(({ message }) => message)).toEqual([
    'circular',
    '{ n: 1n, self: [Circular] } [Function (anonymous)] Symbol(s) (something that can’t be shown)',
    '{ toString: [Function toString] }',
    'undefined',
  ])
})

test('ten thousand timers are enough', async () => {
  expect(await sandbox.failure('export default () => { for (;;) setTimeout(() => {}, 1e6) }')).toMatchObject({
    code: 'code_error',
    message: expect.stringContaining('timers'),
  })
})

test('setting and clearing timers without end floods nobody', async () => {
  expect(await sandbox.failure('export default () => { for (;;) clearTimeout(setTimeout(() => {}, 1)) }')).toMatchObject({
    code: 'cpu_limit',
  })
})

test('questions to the runner count as the run’s own time', async () => {
  expect(await sandbox.failure('export default () => { for (;;) crypto.getRandomValues(new Uint8Array(65536)) }')).toMatchObject({
    code: expect.stringMatching(/^(cpu|wall)_limit$/),
  })
})

test('a result over the limit is refused', async () => {
  expect(await sandbox.failure('export default () => "x".repeat(2000)', { limits: { resultBytes: 2000 } })).toMatchObject({
    code: 'result_limit',
  })
  expect(await sandbox.failure('export default () => "é".repeat(1500)', { limits: { resultBytes: 2000 } })).toMatchObject({
    code: 'result_limit',
  })
  expect(await sandbox.run('export default () => "x".repeat(1998)', { limits: { resultBytes: 2000 } })).toHaveLength(1998)
})
