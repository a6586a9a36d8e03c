import { afterAll, expect, test } from 'vitest'
import { createTestSandbox } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())

test.each([
  ['nothing', '', null],
  ['undefined inside', 'return { a: undefined, b: [undefined] }', { b: [null] }],
  ['dates', 'return new Date(0)', '1970-01-01T00:00:00.000Z'],
  ['numbers JSON has no word for', 'return [NaN, Infinity, -0]', [null, null, 0]],
  ['the same object twice', 'const a = { x: 1 }; return [a, a]', [{ x: 1 }, { x: 1 }]],
  ['bytes', 'return Buffer.from("a")', { type: 'Buffer', data: [97] }],
])('returning %s works as JSON does', async (_, body, result) => {
  expect(await sandbox.run(`export default async () => { ${body} }`)).toEqual(result)
})

test.each([
  ['null', 'throw null', 'The code threw null instead of an error'],
  ['a text', 'throw "no"', 'The code threw no instead of an error'],
  ['an object with a message', 'throw { message: "mine" }', 'mine'],
  ['an error with an odd message', 'throw Object.assign(new Error(), { message: { a: 1 } })', 'Error'],
])('throwing %s is told as it is', async (_, body, message) => {
  expect(await sandbox.failure(`export default () => { ${body} }`)).toMatchObject({ code: 'code_error', message })
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
