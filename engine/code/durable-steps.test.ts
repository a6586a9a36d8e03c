import { afterAll, describe, expect, test } from 'vitest'
import { createTestSandbox } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
afterAll(() => sandbox.stop())

describe('code that uses step', () => {
  test('gets what its steps give, in the order in which they end', async () => {
    const code = `export default async ({ step, log }) => {
      const order = []
      const bEnds = Promise.withResolvers()
      const [a, b] = await Promise.all([
        step.run('a', async () => { await bEnds.promise; return { n: 1 } }).then((v) => (order.push('a'), v)),
        step.run('b', () => (bEnds.resolve(), 2)).then((v) => (order.push('b'), v)),
      ])
      await step.sleep('pause', '1h')
      const called = await step.waitForCall('answer')
      return { a, b, order, called, url: step.callUrl('answer') }
    }`
    expect(await sandbox.run(code)).toEqual({
      a: { n: 1 },
      b: 2,
      order: ['b', 'a'],
      called: { received: true, method: 'POST', headers: {}, query: {}, body: null },
      url: expect.stringMatching(/^http:\/\/hooks\.test\/resume\/run_test\.step%23answer\.[\w-]+$/),
    })
  })

  test('can catch what a step throws once its attempts are used up', async () => {
    const code = `export default async ({ step }) => {
      let attempts = 0
      try { await step.run('bad', ({ attempt }) => { attempts = attempt; throw new RangeError('no ' + attempt) }, { retry: { minDelayMs: 1 } }) }
      catch (error) { return { name: error.name, code: error.code, message: error.message, attempts: error.attempts, is: error instanceof StepError, seen: attempts } }
    }`
    expect(await sandbox.run(code)).toEqual({
      name: 'StepError',
      code: 'code_error',
      message: 'RangeError: no 3',
      attempts: 3,
      is: true,
      seen: 3,
    })
  })
})
