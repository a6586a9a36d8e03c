import { afterAll, afterEach, expect, test } from 'vitest'
import type { EgressResponse } from '../../ports.ts'
import { createTestSandbox } from '../testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())
afterEach(async () => {
  expect(await sandbox.run('export default () => "healthy"')).toBe('healthy')
})

const answered: EgressResponse = {
  url: 'http://x/',
  status: 200,
  statusText: 'OK',
  headers: [],
  body: Buffer.from('{}'),
  redirected: false,
}
const answers = { fetch: async () => answered }

test('a loop that never ends is stopped by the processor limit', async () => {
  expect(await sandbox.failure('export default () => { for (;;); }')).toMatchObject({ code: 'cpu_limit' })
})

test('a loop at the top of the module is stopped', async () => {
  expect(await sandbox.failure('for (;;); export default () => 1')).toMatchObject({ code: 'cpu_limit' })
})

test('a loop that hides in finally is stopped', async () => {
  const code = 'export default () => { for (;;) { try { for (;;); } catch {} finally { for (;;); } } }'
  expect(await sandbox.failure(code)).toMatchObject({ code: 'cpu_limit' })
})

test('a loop of microtasks is stopped', async () => {
  expect(await sandbox.failure('export default async () => { for (;;) await null }')).toMatchObject({ code: 'cpu_limit' })
})

test('a loop of microtasks left behind by a function that returned something never is stopped', async () => {
  const code =
    'export default () => { const again = async () => { await null; void again() }; void again(); return new Promise(() => {}) }'
  expect(await sandbox.failure(code)).toMatchObject({ code: expect.stringMatching(/^(cpu|memory)_limit$/) })
})

test('a loop after a reply from outside is stopped', async () => {
  expect(await sandbox.failure('export default async () => { await fetch("http://x/"); for (;;); }', answers)).toMatchObject({
    code: 'cpu_limit',
  })
})

test('processor time adds up over many short stretches', async () => {
  const code = `export default async () => {
    for (let i = 0; i < 100; i++) {
      await fetch("http://x/?" + i)
      const end = Date.now() + 100
      while (Date.now() < end);
    }
  }`
  expect(await sandbox.failure(code, answers)).toMatchObject({ code: 'cpu_limit' })
})

test('a loop in a timer is stopped', async () => {
  expect(await sandbox.failure('export default () => new Promise(() => setTimeout(() => { for (;;); }, 1))')).toMatchObject({
    code: 'cpu_limit',
  })
})

test('a timer that never ends is stopped by the time limit', async () => {
  const error = await sandbox.failure('export default () => new Promise(() => setInterval(() => {}, 5))', {
    limits: { wallMs: 300 },
  })
  expect(error).toMatchObject({ code: 'wall_limit' })
})

test('a loop in a getter of the result is stopped', async () => {
  expect(await sandbox.failure('export default () => ({ get a() { for (;;); } })')).toMatchObject({ code: 'cpu_limit' })
})

test('a loop in toJSON of the result is stopped', async () => {
  expect(await sandbox.failure('export default () => ({ toJSON() { for (;;); } })')).toMatchObject({ code: 'cpu_limit' })
})

test('a loop in what is thrown is stopped', async () => {
  expect(await sandbox.failure('export default () => { throw { get message() { for (;;); } } }')).toMatchObject({
    code: 'cpu_limit',
  })
})

test('a pattern that takes for ever is stopped', async () => {
  expect(await sandbox.failure('export default () => /^(a+)+$/.test("a".repeat(50) + "b")')).toMatchObject({ code: 'cpu_limit' })
})

test('arithmetic that can’t be interrupted costs the runner, not the next run', async () => {
  expect(await sandbox.failure('export default () => { let x = 3n ** 200000n; for (;;) x = x * x }')).toMatchObject({
    code: expect.stringMatching(/^(cpu|memory)_limit$/),
  })
})

test('endless recursion is an error of the code', async () => {
  expect(await sandbox.failure('export default function f() { return f() }')).toMatchObject({
    code: 'code_error',
    message: expect.stringContaining('call stack'),
  })
})
