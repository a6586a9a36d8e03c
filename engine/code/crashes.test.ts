import { afterAll, expect, test } from 'vitest'
import type { EgressFetch } from '../ports.ts'
import { createTestSandbox } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 2 })
afterAll(() => sandbox.stop())

/** Brings V8 down with no word about who did it. */
const bomb = 'export default () => JSON.parse("[" + "1,".repeat(2e8) + "1]").length'
const limits = { cpuMs: 20_000, wallMs: 60_000 }

/** Answers at once, except `/gate`, which waits to be opened; remembers every call. */
function ledger(): { fetch: EgressFetch; calls: string[]; open: () => void } {
  const calls: string[] = []
  let open: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    calls,
    open: () => open(),
    fetch: async ({ url, method }) => {
      calls.push(`${method} ${url}`)
      if (url.endsWith('/gate')) await gate
      return { url, status: 200, statusText: 'OK', headers: [], body: Buffer.from(`answer ${calls.length}`), redirected: false }
    },
  }
}

const careful = `export default async ({ log }: any) => {
  log('started')
  const one = await (await fetch('http://shop/charge', { method: 'POST', body: '7' })).text()
  const two = await (await fetch('http://shop/charge', { method: 'POST', body: '7' })).text()
  log('charged twice')
  const three = await (await fetch('http://shop/gate')).text()
  return [one, two, three]
}`

test('when a runner dies without a word, the culprit is found by trying each alone, and nobody’s finished calls are repeated', async () => {
  const { fetch, calls, open } = ledger()
  sandbox.lines.length = 0
  const innocent = sandbox.run(careful, { fetch, limits })
  await expect.poll(() => calls.length).toBe(3)

  expect(await sandbox.failure(bomb, { limits })).toMatchObject({ code: expect.stringMatching(/^(runner_crash|memory_limit)$/) })
  open()
  expect(await innocent).toEqual(['answer 1', 'answer 2', 'answer 3'])
  expect(calls).toEqual(['POST http://shop/charge', 'POST http://shop/charge', 'GET http://shop/gate'])
  expect(sandbox.lines.map(({ message }) => message)).toEqual(['started', 'charged twice'])
  expect(await sandbox.run('export default () => "healthy"')).toBe('healthy')
})

test('a culprit that names itself is not tried again', async () => {
  const { fetch, calls } = ledger()
  const code =
    'export default async () => { await fetch("http://shop/charge"); const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }) }'
  expect(await sandbox.failure(code, { fetch, limits })).toMatchObject({ code: 'memory_limit' })
  expect(calls).toEqual(['GET http://shop/charge'])
})

test('a step that brings its runner down again and again costs the others nothing but a little time', async () => {
  const others = Array.from({ length: 5 }, (_, i) =>
    sandbox.run('export default async ({ trigger }: any) => { await new Promise((r) => setTimeout(r, 200)); return trigger }', {
      trigger: i,
      limits,
    }),
  )
  const bombs = Array.from({ length: 2 }, () => sandbox.failure(bomb, { limits }))
  expect(await Promise.all(others)).toEqual([0, 1, 2, 3, 4])
  for (const error of await Promise.all(bombs)) expect(error.code).toMatch(/^(runner_crash|memory_limit)$/)
})

test('steps that code has done are not done again when its runner is brought down by somebody else', async () => {
  const { fetch, calls, open } = ledger()
  const code = `export default async ({ step, log }: any) => {
    const ask = (name: string) => step.run(name, async () => (await fetch('http://shop/' + name, { method: 'POST' })).status)
    const before = [await ask('one'), await ask('two')]
    log('asked twice')
    return [...before, await ask('gate')]
  }`
  const innocent = sandbox.run(code, { fetch, limits })
  await expect.poll(() => calls.length).toBe(3)
  expect(await sandbox.failure(bomb, { limits })).toMatchObject({ code: expect.stringMatching(/^(runner_crash|memory_limit)$/) })
  open()
  expect(await innocent).toEqual([200, 200, 200])
  // The one that was under way begins again.
  expect(calls).toEqual(['POST http://shop/one', 'POST http://shop/two', 'POST http://shop/gate', 'POST http://shop/gate'])
})

test('of those suspected, none has to wait until others have got their answers', async () => {
  const { fetch, calls, open } = ledger()
  const innocent = Array.from({ length: 4 }, () => sandbox.run(careful, { fetch, limits }))
  await expect.poll(() => calls.filter((call) => call.endsWith('/gate')).length).toBe(4)
  // The gate is still closed when the culprit has been found, though there are more suspects than runners.
  expect(await sandbox.failure(bomb, { limits })).toMatchObject({ code: expect.stringMatching(/^(runner_crash|memory_limit)$/) })
  open()
  expect(await Promise.all(innocent)).toHaveLength(4)
  expect(calls).toHaveLength(12)
})
