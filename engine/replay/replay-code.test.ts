import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCodeRunner } from '../code/index.ts'
import type { Replay } from '../engine-api.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitToken } from '../waits/wait-token.ts'

const sandbox = createCodeRunner({ mostRunners: 1 })
let database: TestDatabase
let it: TestEngine
let fetched: string[] = []
let answer = 'ok'

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    runCode: (call) => sandbox.run(call),
    async fetch({ url }) {
      fetched.push(url)
      return {
        url,
        status: answer === 'down' ? 500 : 200,
        statusText: '',
        headers: [],
        body: Buffer.from(answer),
        redirected: false,
      }
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await sandbox.stop()
  await database.drop()
})
beforeEach(() => {
  fetched = []
  answer = 'ok'
})

async function flowFrom(code: string) {
  const bundle = await sandbox.compileCode(code)
  return flowOf({
    work: { type: 'code', params: { code }, code: bundle, after: ['trigger'] },
    then: { type: 'set', params: { values: { got: '{{ steps.work }}' } }, after: ['work'] },
  })
}

async function start(code: string): Promise<string> {
  return (await it.start(await flowFrom(code))).runId
}

const preview = (runId: string, replay: Partial<Replay> = {}) =>
  it.engine.previewReplay(testWorkspace, runId, { by: 'user_1', ...replay })
async function replayed(runId: string, replay: Partial<Replay> = {}) {
  fetched = []
  return it.ended(await it.engine.replayRun(testWorkspace, runId, { by: 'user_1', ...replay }))
}

const urls = `const get = (name) => fetch('http://x/' + name).then((r) => r.text())`
const three = `${urls}
export default async ({ step }) => {
  const a = await step.run('a', () => get('a'))
  const seen = [Math.random(), await get('between')]
  const b = await step.run('b', () => get('b'))
  const c = await step.run('c', () => get('c'))
  return { a, b, c, seen }
}`

describe('a replay in the middle of code', () => {
  test('does again what it is told to and what was asked for after it; what came before is given as it was', async () => {
    const runId = await start(three)
    const first = await it.ended(runId)
    expect(fetched.map((url) => url.slice(9))).toEqual(['a', 'between', 'b', 'c'])
    answer = 'again'
    expect(await preview(runId, { from: ['work#b'] })).toMatchObject({
      kept: ['work#a', expect.stringMatching(/^work#.*between/)],
      runs: [
        { path: 'work', effect: 'maybe' },
        { path: 'work#b', effect: 'maybe' },
        { path: 'work#c', effect: 'maybe', maybe: true },
        { path: 'then', effect: false },
      ],
      missing: [],
    })
    const run = await replayed(runId, { from: ['work#b'] })
    expect(fetched.map((url) => url.slice(9))).toEqual(['b', 'c'])
    const before = first.output as { got: { seen: unknown } }
    // Numbers drawn before are drawn again as they were.
    expect(run).toMatchObject({ output: { got: { a: 'ok', b: 'again', c: 'again', seen: before.got.seen } } })
    const { items } = await it.engine.listSteps(testWorkspace, run.id, { limit: 50 })
    expect(items.find((step) => step.path === 'work#a')).toMatchObject({ status: 'succeeded', output: 'ok' })
    // And so in a replay of the replay.
    expect(await replayed(run.id, { from: ['work#c'] })).toMatchObject({ output: { got: { seen: before.got.seen } } })
    expect(fetched.map((url) => url.slice(9))).toEqual(['c'])
  })

  test('from a later step keeps all that the code had done', async () => {
    const runId = await start(three)
    const first = await it.ended(runId)
    const { kept } = await preview(runId, { from: ['then'] })
    expect(kept).toEqual(expect.arrayContaining(['work', 'work#a', 'work#b', 'work#c']))
    const run = await replayed(runId, { from: ['then'] })
    expect(fetched).toEqual([])
    expect(run.output).toEqual(first.output)
    const { items } = await it.engine.listSteps(testWorkspace, run.id, { limit: 50 })
    expect(items.find((step) => step.path === 'work#b')).toMatchObject({ status: 'succeeded', output: 'ok' })
  })

  test('of code that failed keeps what had worked', async () => {
    const code = `${urls}
      export default async ({ step }) => {
        const a = await step.run('a', () => get('a'))
        const b = await step.run('b', async () => { const t = await get('b'); if (t === 'down') throw new Error('down'); return t }, { retry: { maxAttempts: 1 } })
        return a + b
      }`
    answer = 'down'
    const runId = await start(code)
    expect(await it.ended(runId)).toMatchObject({ status: 'failed' })
    answer = 'up'
    expect(await replayed(runId)).toMatchObject({ status: 'succeeded', output: { got: 'downup' } })
    expect(fetched.map((url) => url.slice(9))).toEqual(['b'])
  })

  test('keeps side by side what was done beside something that is open, and goes on to wait for that', async () => {
    const code = `${urls}
      export default async ({ step }) => {
        const both = await Promise.all([step.waitForCall('go'), step.run('b', () => get('b'))])
        return { said: both[0].body, b: both[1] }
      }`
    const runId = await start(code)
    await it.until(runId, (run) => run.waits.some((wait) => wait.path === 'work#go'))
    await it.until(runId, (run) => run.status === 'waiting')
    fetched = []
    const id = await it.engine.replayRun(testWorkspace, runId, { by: 'user_1' })
    await it.until(id, (run) => run.waits.some((wait) => wait.path === 'work#go'))
    await it.engine.resume(waitToken([signingKey], id, 'work#go'), { method: 'POST', headers: {}, query: {}, body: '"now"' })
    expect(await it.ended(id)).toMatchObject({ output: { got: { said: 'now', b: 'ok' } } })
    expect(fetched).toEqual([])
    await it.engine.cancelRun(testWorkspace, runId, 'user_1', 'now')
  })

  test('gives code another result of something it asked for', async () => {
    const runId = await start(three)
    await it.ended(runId)
    answer = 'again'
    const run = await replayed(runId, { outputs: new Map([['work#b', '"by hand"']]) })
    expect(run).toMatchObject({ output: { got: { a: 'ok', b: 'by hand', c: 'again' } } })
    expect(fetched.map((url) => url.slice(9))).toEqual(['c'])
    await expect(preview(runId, { from: ['work#a'], outputs: new Map([['work#b', '1']]) })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    expect((await preview(runId, { from: ['work#nothing'] })).missing).toEqual(['work#nothing'])
  })

  test('on a version whose code has changed gives it by name what it had', async () => {
    const runId = await start(three)
    await it.ended(runId)
    const code = `${urls}
      export default async ({ step }) => {
        const n = await step.run('new', () => get('new'))
        return n + (await step.run('a', () => get('a')))
      }`
    answer = 'then'
    const version = { version: 2, planHash: await it.engine.savePlan(await flowFrom(code)) }
    expect(await replayed(runId, { version, from: ['work#b'] })).toMatchObject({ output: { got: 'thenok' } })
    expect(fetched.map((url) => url.slice(9))).toEqual(['new'])
  })
})
