import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CodeCrash, createCodeCrash } from '../testing/code-crash.ts'
import { testWorkspace } from '../testing/test-engine.ts'

let crash: CodeCrash

beforeAll(async () => {
  crash = await createCodeCrash()
})
afterAll(() => crash.stop())

test('kill -9 in the fifth of six steps of code does not repeat the four that are done', async () => {
  const code = `export default async ({ step, log }) => {
    const all = []
    for (const n of [1, 2, 3, 4, 5, 6]) {
      all.push(await step.run('step ' + n, async ({ idempotencyKey }) => (await fetch('http://l/' + n)).ok && idempotencyKey.split(':').slice(1).join(':')))
      log('did ' + n)
    }
    return all
  }`
  const runId = await crash.killedIn(code, 5)
  const run = await crash.it.ended(runId)
  expect(run).toMatchObject({
    status: 'succeeded',
    output: [1, 2, 3, 4, 5, 6].map((n) => `work%23step%20${n}`),
  })
  expect(await crash.ledgerOf()).toEqual({
    'http://l/1': 1,
    'http://l/2': 1,
    'http://l/3': 1,
    'http://l/4': 1,
    'http://l/5': 2,
    'http://l/6': 1,
  })
  const { items } = await crash.it.engine.listSteps(testWorkspace, runId, { limit: 9 })
  expect(items.map(({ path, attempts }) => [path, attempts.map(({ outcome }) => outcome)])).toEqual([
    ['work', ['lost', 'succeeded']],
    ['work#step 1', ['succeeded']],
    ['work#step 2', ['succeeded']],
    ['work#step 3', ['succeeded']],
    ['work#step 4', ['succeeded']],
    ['work#step 5', ['lost', 'succeeded']],
    ['work#step 6', ['succeeded']],
  ])
  const { items: lines } = await crash.it.engine.listLogs(testWorkspace, runId, { limit: 99 })
  expect(lines.map(({ message }) => message)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `did ${n}`))
})

test('kill -9 beside other steps of code leaves those done that were', async () => {
  const code = `export default async ({ step }) => {
    const one = await (await fetch('http://l/before')).text()
    const two = await Promise.all(['a', 'b', 'c'].map((n) => step.run(n, async () => (await fetch('http://l/' + n)).ok && n)))
    return [one, ...two, await (await fetch('http://l/after')).text()]
  }`
  for (const nth of [1, 2, 4, 5]) {
    const runId = await crash.killedIn(code, nth)
    expect(await crash.it.ended(runId)).toMatchObject({ status: 'succeeded', output: ['ok', 'a', 'b', 'c', 'ok'] })
    const ledger = await crash.ledgerOf()
    const repeated = Object.values(ledger).reduce((sum, count) => sum + count - 1, 0)
    expect(Object.keys(ledger)).toHaveLength(5)
    expect(ledger['http://l/before']).toBe(nth === 1 ? 2 : 1)
    // At most what was under way: one alone, or the three side by side.
    expect(repeated).toBeLessThanOrEqual(nth === 4 ? 3 : nth === 2 ? 3 : 1)
  }
})
