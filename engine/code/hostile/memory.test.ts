import { afterAll, afterEach, expect, test } from 'vitest'
import { createTestSandbox } from '../testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())
afterEach(async () => {
  expect(await sandbox.run('export default () => "healthy"')).toBe('healthy')
})

const limits = { cpuMs: 10_000, wallMs: 60_000 }

test.each([
  ['an array that grows', 'const a: unknown[] = []; for (;;) a.push({ a, i: a.length })'],
  ['an array filled at once', 'return Array.from({ length: 8 }, () => new Array(2 ** 25 - 1).fill(1)).length'],
  ['an array doubled by spreading', 'let a = [1]; for (;;) a = [...a, ...a]'],
  ['an array doubled by concat', 'let a = [1]; for (;;) a = a.concat(a)'],
  ['many small arrays', 'const a: unknown[] = []; for (;;) a.push(new Array(1000).fill(a.length))'],
  ['strings', 'const a: string[] = []; let s = "x".repeat(1000); for (;;) { s += s.slice(0, 1e6); a.push(s + a.length) }'],
  ['buffers', 'const a: unknown[] = []; for (;;) a.push(new Uint8Array(1e6).fill(1))'],
  ['one huge buffer', 'return new Uint8Array(2 ** 31).length'],
  ['many tiny buffers', 'const a: unknown[] = []; for (;;) a.push(new Float64Array(8))'],
  ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })'],
  ['a set', 'const s = new Set(); for (let i = 0; ; i++) s.add(i)'],
  ['closures', 'let f = () => 0; const a: unknown[] = []; for (;;) { const g = f; f = () => g(); a.push(f) }'],
  ['a text cut into pieces', 'const a: unknown[] = []; for (;;) a.push("ab".repeat(1e6).match(/./g))'],
  ['big integers', 'const a: bigint[] = []; for (let i = 1n; ; i++) a.push((2n ** 1000000n) + i)'],
])('%s', async (_, body) => {
  expect(await sandbox.failure(`export default () => { ${body} }`, { limits })).toMatchObject({ code: 'memory_limit' })
})

test('memory taken after a reply from outside', async () => {
  const code = 'export default async () => { await fetch("http://x/"); const a: unknown[] = []; for (;;) a.push({ a }) }'
  const fetch = async () => ({ url: '', status: 200, statusText: '', headers: [], body: new Uint8Array(), redirected: false })
  expect(await sandbox.failure(code, { limits, fetch })).toMatchObject({ code: 'memory_limit' })
})

test('buffers that are refused and asked for again end at some limit', async () => {
  const code =
    'export default () => { const a: unknown[] = []; for (;;) { try { a.push(new Uint8Array(1e6).fill(1)) } catch {} } }'
  expect(await sandbox.failure(code)).toMatchObject({ code: expect.stringMatching(/^(cpu|memory)_limit$/) })
})

test('buffers can’t grow past the limit’s sight', async () => {
  const code = `export default () => {
    const Buffers: any[] = [ArrayBuffer, new Uint8Array(8).buffer.constructor, class extends ArrayBuffer {}]
    return Buffers.map((B) => new B(8, { maxByteLength: 2 ** 32 }).resizable)
  }`
  expect(await sandbox.run(code)).toEqual([false, false, false])
})

test.each([
  ['JSON', 'return JSON.parse("[" + "1,".repeat(2e8) + "1]").length'],
  ['a list cut from a text', 'return "a".repeat(5e8 / 2).split("").length'],
])('what brings V8 itself down is blamed on the run that did it: %s', async (_, body) => {
  expect(await sandbox.failure(`export default () => { ${body} }`, { limits })).toMatchObject({
    code: expect.stringMatching(/^(memory_limit|runner_crash)$/),
  })
})

test('a neighbour in the same runner goes on when another run eats all memory', async () => {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  let calls = 0
  const fetch = async () => {
    calls++
    await gate
    return { url: '', status: 200, statusText: '', headers: [], body: Buffer.from('"paid"'), redirected: false }
  }
  const neighbour = sandbox.run(
    'export default async () => (await (await fetch("http://x/")).json()) + (await (await fetch("http://x/2")).json())',
    { fetch },
  )
  await expect.poll(() => calls).toBe(1)
  expect(
    await sandbox.failure('export default () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, { i }) }', { limits }),
  ).toMatchObject({
    code: 'memory_limit',
  })
  release()
  expect(await neighbour).toBe('paidpaid')
  // The runner was lost, the neighbour started again elsewhere, and what it had asked for was not asked again.
  expect(calls).toBe(2)
})
