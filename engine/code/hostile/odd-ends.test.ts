import { afterAll, afterEach, expect, test } from 'vitest'
import { createTestSandbox } from '../testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())
afterEach(async () => {
  expect(await sandbox.run('export default () => "healthy"')).toBe('healthy')
})

test.each([
  ['a number', 'throw 5', 'The code threw 5 instead of an error'],
  ['null', 'throw null', 'The code threw null instead of an error'],
  ['undefined', 'throw undefined', 'The code threw undefined instead of an error'],
  ['a text', 'throw "no"', 'The code threw no instead of an error'],
  ['a symbol', 'throw Symbol("s")', 'The code threw Symbol(s) instead of an error'],
  ['an object', 'throw { a: 1 }', 'The code threw an object instead of an error'],
  ['an object with a message', 'throw { message: "mine" }', 'mine'],
  [
    'an object whose parts throw',
    'throw { get message() { throw 1 }, get stack() { throw 2 }, get name() { throw 3 } }',
    'The code threw an object instead of an error',
  ],
  [
    'a proxy that always throws',
    'throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })',
    'The code threw an object instead of an error',
  ],
  ['an error with an odd message', 'throw Object.assign(new Error(), { message: { a: 1 } })', 'Error'],
  ['an error with a huge message', 'throw new Error("x".repeat(1e6))', expect.stringMatching(/^x{8192}…$/)],
  [
    'a revoked proxy',
    'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy',
    'The code threw an object instead of an error',
  ],
])('throwing %s is told as it is', async (_, body, message) => {
  expect(await sandbox.failure(`export default () => { ${body} }`)).toMatchObject({ code: 'code_error', message })
})

test.each([
  ['something circular', 'const a: any = { list: [] }; a.list.push({ back: a }); return a', 'result.list[0].back is circular'],
  ['a function', 'return () => 1', 'result is a function'],
  ['a function inside', 'return { a: [1, () => 1] }', 'result.a[1] is a function'],
  ['a BigInt', 'return { price: 5n }', 'result.price is a BigInt'],
  ['a symbol', 'return Symbol("s")', 'result is a symbol'],
  ['a promise inside', 'return { a: Promise.resolve(1) }', 'result.a is a promise that was not awaited'],
  ['something nested too deeply', 'let a: any = 1; for (let i = 0; i < 1000; i++) a = [a]; return a', 'nested deeper than 200'],
  ['something whose toJSON throws', 'return { toJSON() { throw new Error("not mine to tell") } }', 'not mine to tell'],
])('returning %s is an error that says where', async (_, body, message) => {
  expect(await sandbox.failure(`export default async () => { ${body} }`)).toMatchObject({
    code: 'code_error',
    message: expect.stringContaining(message),
  })
})

test.each([
  ['nothing', '', null],
  ['undefined inside', 'return { a: undefined, b: [undefined] }', { b: [null] }],
  ['dates', 'return new Date(0)', '1970-01-01T00:00:00.000Z'],
  ['numbers JSON has no word for', 'return [NaN, Infinity, -0]', [null, null, 0]],
  ['the same object twice', 'const a = { x: 1 }; return [a, a]', [{ x: 1 }, { x: 1 }]],
  ['half a character', 'return "\\ud800"', '\ud800'],
  ['something thenable', 'return { then(resolve: (value: number) => void) { resolve(7) } }', 7],
])('returning %s works as JSON does', async (_, body, result) => {
  expect(await sandbox.run(`export default async () => { ${body} }`)).toEqual(result)
})

test('a default export that is no function is an error', async () => {
  expect(await sandbox.failure('export default 5')).toMatchObject({
    code: 'code_error',
    message: expect.stringContaining('must be a function'),
  })
})

test('code that waits for what never comes is told at once, and not tried again', async () => {
  expect(await sandbox.failure('export default () => new Promise(() => {})')).toMatchObject({
    code: 'code_error',
    retryable: false,
    message: expect.stringContaining('ever settle'),
  })
})

test('a promise that fails with nobody listening is logged', async () => {
  expect(
    await sandbox.run(
      'export default async () => { void Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 5)); return 1 }',
    ),
  ).toBe(1)
  expect(sandbox.lines.pop()).toMatchObject({ level: 'error', message: expect.stringContaining('lost') })
})

test('NonRetryableError and RetryAfterError say what to do next', async () => {
  expect(await sandbox.failure('export default () => { throw new NonRetryableError("give up") }')).toMatchObject({
    message: 'give up',
    retryable: false,
  })
  const later = await sandbox.failure('export default () => { throw new RetryAfterError("10s", "busy") }')
  expect(later).toMatchObject({ message: 'busy', retryable: true, facts: { retryAfterMs: 10_000 } })
  expect(await sandbox.failure('export default () => { throw new RetryAfterError("soon") }')).toMatchObject({
    message: expect.stringContaining('RetryAfterError takes'),
  })
})
