import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { Json } from '#shared/json.ts'
import { createCodeRunner } from '../code/index.ts'
import { createFlowShelf } from '../testing/flow-shelf.ts'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, signingKey, testWorkspace, type TestEngine } from '../testing/test-engine.ts'
import { waitFor } from '../testing/wait-for.ts'
import { waitToken } from '../waits/wait-token.ts'

const sandbox = createCodeRunner({ mostRunners: 1 })
const shelf = createFlowShelf()
let database: TestDatabase
let it: TestEngine
const fetched: string[] = []
let answer: (url: string) => { status: number; body: string } = () => ({ status: 200, body: 'ok' })
let onFetch: (url: string) => Promise<void> = () => Promise.resolve()
let onCodeEnd: () => void = () => undefined

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, {
    flows: shelf,
    runCode: (call) => sandbox.run(call).finally(() => onCodeEnd()),
    async fetch({ url, method }) {
      fetched.push(`${method} ${url}`)
      await onFetch(url)
      const { status, body } = answer(url)
      return { url, status, statusText: '', headers: [], body: Buffer.from(body), redirected: false }
    },
  })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await sandbox.stop()
  await database.drop()
})

/** Starts a flow of one code step. */
async function startCode(code: string, settings: { retry?: { maxAttempts: number; minDelayMs: number } } = {}): Promise<string> {
  fetched.length = 0
  const bundle = await sandbox.compileCode(code)
  const flow = flowOf({ work: { type: 'code', params: { code }, code: bundle, after: ['trigger'], ...settings } })
  const { runId } = await it.start(flow)
  return runId
}

async function outputOf(runId: string): Promise<Json> {
  const run = await it.ended(runId)
  expect(run.error).toBeNull()
  return run.output
}

async function stepsOf(runId: string) {
  const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 100 })
  return items
}

async function kindsOf(runId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ kind: string; path: string | null }>(
    'select kind, path from engine.events where run_id = $1 order by seq',
    [runId],
  )
  return rows.map(({ kind, path }) => `${kind} ${path ?? ''}`.trim())
}

const isWaiting = (run: { status: string }) => run.status === 'waiting'

describe('step.run', () => {
  test('is a step of the run, whose result is given to the code', async () => {
    const runId = await startCode(`export default async ({ step, trigger }) => {
      const doubled = await step.run('double it', () => trigger.body.n * 2)
      return step.run('add / one', () => doubled + 1)
    }`)
    expect(await outputOf(runId)).toBe(3)
    expect(await stepsOf(runId)).toMatchObject([
      { path: 'work', status: 'succeeded', output: 3 },
      {
        path: 'work#double it',
        nodeId: 'work',
        call: 'run',
        status: 'succeeded',
        output: 2,
        attempts: [{ outcome: 'succeeded' }],
      },
      { path: 'work#add %2F one', nodeId: 'work', status: 'succeeded', output: 3 },
    ])
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9, parent: 'work' })
    expect(items.map(({ path }) => path)).toEqual(['work#double it', 'work#add %2F one'])
  })

  test('that only computes waits for no commit', async () => {
    const holder = await database.pool.connect()
    let before = 0
    onFetch = async (url) => {
      await holder.query('begin')
      await holder.query('select from engine.runs where id = $1 for update', [url.slice('http://shop/'.length)])
      before = (await it.engine.metrics()).commits
    }
    const codeEnded = new Promise<void>((resolve) => (onCodeEnd = resolve))
    const runId = await startCode(`export default async ({ step, run }) => {
      await step.run('hold', () => fetch('http://shop/' + run.id).then(() => 0))
      for (let i = 0; i < 100; i++) await step.run('n ' + i, () => i)
    }`)
    // The code gets to its end although nothing of the run can be committed meanwhile.
    await codeEnded
    onFetch = () => Promise.resolve()
    onCodeEnd = () => undefined
    await holder.query('rollback')
    holder.release()
    await it.ended(runId)
    expect((await it.engine.metrics()).commits - before).toBeLessThan(10)
  })

  test('finds its decision committed, with all that went before it, when it touches the outside', async () => {
    const committed: string[][] = []
    onFetch = async (url) => {
      const { rows } = await database.pool.query<{ kind: string; path: string }>(
        `select kind, path from engine.events where run_id = $1 and path like 'work#%' order by seq`,
        [url.slice('http://shop/'.length)],
      )
      committed.push(rows.map(({ kind, path }) => `${kind} ${path}`))
    }
    const runId = await startCode(`export default async ({ step, run }) => {
      for (const i of [1, 2]) await step.run('n ' + i, () => fetch('http://shop/' + run.id).then(() => i))
    }`)
    await it.ended(runId)
    onFetch = () => Promise.resolve()
    expect(committed).toEqual([
      ['step.started work#n 1'],
      ['step.started work#n 1', 'step.finished work#n 1', 'step.started work#n 2'],
    ])
  })

  test('is tried three times, then throws what can be caught, and is replayed as thrown', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      const caught = await step.run('pay', ({ attempt, idempotencyKey }) => { throw new TypeError(attempt + ' ' + idempotencyKey) }, { retry: { minDelayMs: 1, jitter: false } })
        .catch(({ name, code, attempts, message }) => ({ name, code, attempts, message }))
      await step.sleep('think', '2d')
      return caught
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(2 * 86_400_000)
    expect(await outputOf(runId)).toEqual({
      name: 'StepError',
      code: 'code_error',
      attempts: 3,
      message: `TypeError: 3 ${runId}:work%23pay`,
    })
    expect((await stepsOf(runId))[1]).toMatchObject({
      path: 'work#pay',
      status: 'failed',
      attempts: [{}, {}, { outcome: 'failed' }],
    })
  })

  test('pauses between its attempts for days with nothing in memory', async () => {
    answer = () => ({ status: fetched.length < 2 ? 503 : 200, body: 'fine' })
    const runId = await startCode(`export default async ({ step }) => {
      return step.run('ask', async ({ attempt }) => {
        const reply = await fetch('http://shop/')
        if (!reply.ok) throw new RetryAfterError('20h', 'busy')
        return [attempt, await reply.text()]
      })
    }`)
    const { waits } = await it.until(runId, isWaiting)
    expect(waits).toMatchObject([{ path: 'work#ask', kind: 'retry', name: 'ask' }])
    it.clock.advance(20 * 3_600_000)
    expect(await outputOf(runId)).toEqual([2, 'fine'])
    expect(fetched).toEqual(['GET http://shop/', 'GET http://shop/'])
  })

  test('that takes too long is told so, and tried again', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      let aborted = 0
      return step.run('slow', ({ attempt, signal }) => attempt > 1 ? aborted : new Promise(() => signal.addEventListener('abort', () => aborted++)), { timeoutMs: 1000, retry: { minDelayMs: 1 } })
    }`)
    expect(await outputOf(runId)).toBe(1)
  })
})

describe('waits in code', () => {
  test('let go of everything, and go on when their time has come', async () => {
    const runId = await startCode(`export default async ({ step, log }) => {
      log('before')
      const first = await step.run('roll', ({ random }) => random())
      await step.sleep('a while', '3d')
      log('after')
      return [first, Date.now()]
    }`)
    const waiting = await it.until(runId, isWaiting)
    expect(waiting.waits).toMatchObject([{ path: 'work#a while', kind: 'delay', name: 'a while' }])
    expect((await it.engine.listLogs(testWorkspace, runId, { limit: 9 })).items).toMatchObject([
      { path: 'work', message: 'before' },
    ])
    it.clock.advance(3 * 86_400_000)
    expect(await outputOf(runId)).toEqual([expect.any(Number), expect.any(Number)])
    expect((await it.engine.listLogs(testWorkspace, runId, { limit: 9 })).items.map(({ message }) => message)).toEqual([
      'before',
      'after',
    ])
    expect(await kindsOf(runId)).toEqual([
      'run.created',
      'step.started work',
      'step.started work#roll',
      'step.finished work#roll',
      'step.waiting work#a while',
      'step.suspended work',
      'run.paused',
      'step.finished work#a while',
      'step.resumed work',
      'step.finished work',
      'run.finished',
    ])
  })

  test('for a call take the first one, also one that came early', async () => {
    const code = `export default async ({ step }) => {
      await step.run('tell', () => fetch('http://shop/?to=' + step.callUrl('paid?')).then(() => null))
      const called = await step.waitForCall('paid?', { timeout: '1d' })
      return called.received ? called.body : 'too late'
    }`
    const first = await startCode(code)
    const { waits } = await it.until(first, isWaiting)
    expect(waits).toMatchObject([{ path: 'work#paid?', kind: 'call', url: expect.stringContaining('/resume/') }])
    const told = decodeURIComponent(fetched[0]?.split('/resume/')[1] ?? '')
    expect(told).toBe(waitToken([signingKey], first, 'work#paid?'))
    const call = { method: 'POST', headers: {}, query: {}, body: '{"sum":7}' }
    expect(await it.engine.resume(told, call)).toBe('resumed')
    expect(await outputOf(first)).toEqual({ sum: 7 })
    expect(await it.engine.resume(told, call)).toBe('already_settled')

    const late = await startCode(code)
    await it.until(late, isWaiting)
    it.clock.advance(86_400_000)
    expect(await outputOf(late)).toBe('too late')
    expect(await it.engine.resume(waitToken([signingKey], late, 'work#paid?'), call)).toBe('expired')

    const early = await startCode(`export default async ({ step }) => {
      await step.sleep('first', '1h')
      return (await step.waitForCall('second')).body
    }`)
    await it.until(early, isWaiting)
    expect(await it.engine.resume(waitToken([signingKey], early, 'work#second'), call)).toBe('kept')
    it.clock.advance(3_600_000)
    expect(await outputOf(early)).toEqual({ sum: 7 })
  })

  test('say until when they wait, and for what, also once they are over', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      await step.sleep('rest', '1h')
      await Promise.race([
        step.waitForCall('call', { timeout: '1d' }),
        step.waitForCall('any call'),
        step.waitForEvent('event', { event: 'paid', timeout: '2h' }),
      ])
    }`)
    const inputs = async () => {
      const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9, parent: 'work' })
      return Object.fromEntries(items.map(({ path, input }) => [path, input]))
    }
    const instant = expect.stringMatching(/^\d{4}-.*Z$/)
    await it.until(runId, isWaiting)
    expect(await inputs()).toEqual({ 'work#rest': { until: instant } })
    it.clock.advance(3_600_000)
    await it.until(runId, ({ waits }) => waits.length === 3)
    it.clock.advance(2 * 3_600_000)
    await it.ended(runId)
    expect(await inputs()).toEqual({
      'work#rest': { until: instant },
      'work#call': { expiresAt: instant },
      'work#any call': null,
      'work#event': { event: 'paid', expiresAt: instant },
    })
  })

  test('that are short keep what was done before them, written or not', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      const all = []
      for (let i = 0; i < 10; i++) {
        all.push(await step.run('n ' + i, () => ({ i })))
        await step.sleep('s ' + i, 1)
      }
      return all.map(({ i }) => i)
    }`)
    const done = it.ended(runId)
    const ticking = setInterval(() => it.clock.advance(1), 1)
    const { output } = await done.finally(() => clearInterval(ticking))
    expect(output).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('race: the first one wins, and the others are cancelled', async () => {
    const runId = await startCode(`export default async ({ step }) => Promise.race([
      step.sleep('deadline', '1h').then(() => 'deadline'),
      step.waitForCall('answer').then(() => 'answer'),
    ])`)
    await it.until(runId, isWaiting)
    it.clock.advance(3_600_000)
    expect(await outputOf(runId)).toBe('deadline')
    expect(await stepsOf(runId)).toMatchObject([
      { path: 'work', status: 'succeeded' },
      { path: 'work#deadline', status: 'succeeded' },
      { path: 'work#answer', status: 'cancelled' },
    ])
    expect((await database.pool.query('select 1 from engine.waits where run_id = $1', [runId])).rowCount).toBe(0)
  })

  test('stay open when the run fails elsewhere, and go on when it is retried', async () => {
    let isBroken = true
    const other = createTestEngine(database, {
      runCode: (call) => sandbox.run(call),
      runAction: () => (isBroken ? Promise.reject(new AppError('action_failed', 'broken')) : Promise.resolve('1')),
    })
    await other.engine.start()
    const code = `export default async ({ step }) => { await step.sleep('long', '1d'); return 'slept' }`
    const flow = flowOf({
      work: { type: 'code', params: { code }, code: await sandbox.compileCode(code), after: ['trigger'] },
      act: { after: ['trigger'], retry: { maxAttempts: 1 } },
      both: { type: 'output', params: { value: '{{ steps.work }}' }, after: ['work', 'act'] },
    })
    const { runId } = await other.start(flow)
    expect(await other.ended(runId)).toMatchObject({ status: 'failed' })
    isBroken = false
    await other.engine.retryRun(testWorkspace, runId, 'me')
    await other.until(runId, isWaiting)
    other.clock.advance(86_400_000)
    expect(await other.until(runId, (run) => run.status === 'succeeded')).toMatchObject({ output: 'slept' })
    await other.engine.stop(1000)
  })
})

describe('code that is gone through again', () => {
  test('sees the same time, the same chance and the same order', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      const seen = []
      const note = (what) => seen.push([what, Date.now(), Math.random(), new Date().getTime()])
      note('start')
      // All three begin, and each ends only after the one behind it.
      const ends = ['a', 'b', 'c'].map(() => Promise.withResolvers())
      const end = async (i) => { await ends[i + 1]?.promise; ends[i].resolve() }
      await Promise.all(['a', 'b', 'c'].map((name, i) => step.run(name, () => end(i)).then(() => note(name))))
      await step.run('keep', () => seen)
      await step.sleep('pause', '1d')
      return { seen: seen.slice(0, 4), kept: await step.run('kept', () => null) }
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(86_400_000)
    const { seen } = (await outputOf(runId)) as { seen: Json }
    const kept = (await stepsOf(runId)).find(({ path }) => path === 'work#keep')?.output
    expect(seen).toEqual(kept)
    expect(JSON.stringify(seen)).toMatch(/"c".*"b".*"a"/)
  })

  test('and asks for something else is told what it asked for before', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      await step.run('order ' + crypto.randomUUID(), () => 1)
      await step.sleep('pause', '1d')
    }`)
    await it.until(runId, isWaiting)
    const [, before] = await stepsOf(runId)
    it.clock.advance(86_400_000)
    const name = before?.path.slice('work#'.length) ?? ''
    const { error } = await it.ended(runId)
    expect(error).toMatchObject({ code: 'non_determinism', path: 'work', retryable: false })
    expect(error?.message).toMatch(
      new RegExp(`^Request 1 of the code is step\\.run\\("order [\\w-]+"\\), and was step\\.run\\("${name}"\\) before\\.`),
    )
  })

  test('and waits for nothing that could come fails, and does not wait for ever', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      await step.sleep('pause', '1d')
      await new Promise(() => undefined)
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(86_400_000)
    expect((await it.ended(runId)).error).toMatchObject({
      code: 'code_error',
      message: 'The code waits for a promise that nothing will ever settle',
    })
  })

  test('fetches nothing twice that it fetched between its steps', async () => {
    answer = (url) => ({ status: url.endsWith('/gone') ? 404 : 200, body: `reply ${fetched.length}` })
    const runId = await startCode(`export default async ({ step }) => {
      const first = await (await fetch('http://shop/a')).text()
      const [second, third] = await Promise.all(['http://shop/a', 'http://shop/gone'].map((url) => fetch(url)))
      await step.sleep('pause', '1d')
      return [first, await second.text(), third.status, await fetch('http://10.0.0.1/').catch((error) => error.code)]
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(86_400_000)
    expect(await outputOf(runId)).toEqual(['reply 1', expect.stringMatching(/^reply [23]$/), 404, expect.anything()])
    expect(fetched.filter((line) => line.includes('shop'))).toHaveLength(3)
    expect((await stepsOf(runId)).map(({ path, call }) => [path, call])).toEqual(
      expect.arrayContaining([
        ['work#GET shop%2Fa', 'fetch'],
        ['work#GET shop%2Fa:2', 'fetch'],
      ]),
    )
  })

  test('after a failed attempt keeps what succeeded, by name, and repeats what failed', async () => {
    answer = (url) => ({ status: url.endsWith('/second') && fetched.length < 3 ? 500 : 200, body: 'ok' })
    const runId = await startCode(
      `export default async ({ step, run }) => {
        const ask = (name) => step.run(name, async () => { const r = await fetch('http://shop/' + name); if (!r.ok) throw new Error('no'); return name }, { retry: { maxAttempts: 1 } })
        return [await ask('first'), await ask('second'), run.attempt]
      }`,
      { retry: { maxAttempts: 2, minDelayMs: 1 } },
    )
    expect(await outputOf(runId)).toEqual(['first', 'second', 2])
    expect(fetched).toEqual(['GET http://shop/first', 'GET http://shop/second', 'GET http://shop/second'])
    expect((await stepsOf(runId)).map(({ path, attempts }) => [path, attempts.length])).toEqual([
      ['work', 2],
      ['work#first', 1],
      ['work#second', 2],
    ])
  })
})

describe('names', () => {
  test('can be used again one after the other', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      const all = []
      for (const i of [1, 2, 3]) all.push(await step.run('save', () => i))
      return all
    }`)
    expect(await outputOf(runId)).toEqual([1, 2, 3])
    expect((await stepsOf(runId)).map(({ path }) => path)).toEqual(['work', 'work#save', 'work#save:2', 'work#save:3'])
  })

  test('can not be used again while another step is under way', async () => {
    const runId = await startCode(
      `export default ({ step }) => Promise.all([1, 2].map((i) => step.run('save', () => new Promise((r) => setTimeout(r, 20, i)))))`,
    )
    expect((await it.ended(runId)).error).toMatchObject({
      code: 'duplicate_step_name',
      message: expect.stringContaining('"save ${id}"'),
      line: 1,
    })
  })

  test.each(['', 'two\\nlines', 'x'.repeat(201)])('that are none are refused: %j', async (name) => {
    const runId = await startCode(`export default ({ step }) => step.run('${name}', () => 1)`)
    expect((await it.ended(runId)).error).toMatchObject({
      code: 'code_error',
      message: expect.stringContaining('1 to 200 characters'),
    })
  })

  test('a step inside a step is refused', async () => {
    const runId = await startCode(
      `export default ({ step }) => step.run('outer', () => step.run('inner', () => 1), { retry: { maxAttempts: 1 } })`,
    )
    expect((await it.ended(runId)).error).toMatchObject({ message: expect.stringContaining('inside another step') })
  })
})

describe('state, once and metrics', () => {
  test('state.set is done once, however often the code is gone through', async () => {
    const runId = await startCode(`export default async ({ step, state }) => {
      const { value, version } = await state.get('count')
      const set = await state.set('count', (value ?? 0) + 1, { ifVersion: version })
      await step.sleep('pause', '1d')
      return [value, set.version, (await state.get('count')).value]
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(86_400_000)
    expect(await outputOf(runId)).toEqual([null, 1, 1])
  })

  test('once runs its function once over all runs', async () => {
    const code = `export default async ({ once }) => once('welcome', async () => (await fetch('http://shop/welcome')).status)`
    const first = await startCode(code)
    expect(await outputOf(first)).toBe(200)
    expect(fetched).toHaveLength(1)
    expect(await outputOf(await startCode(code))).toBe(200)
    expect(fetched).toHaveLength(0)
  })

  test('what is counted counts once', async () => {
    const runId = await startCode(`export default async ({ step, metric }) => {
      metric('code.began', 1)
      await step.run('flaky', ({ attempt }) => { metric('tries', 1); if (attempt < 3) throw new Error('again') }, { retry: { minDelayMs: 1 } })
      await step.sleep('pause', '1d')
      metric('code.ended', 2, { how: 'well' })
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(86_400_000)
    await outputOf(runId)
    const { rows } = await database.pool.query(
      'select path, name, value, tags from engine.metrics where run_id = $1 order by seq, n',
      [runId],
    )
    expect(rows).toEqual([
      { path: 'work#flaky', name: 'tries', value: 1, tags: null },
      { path: 'work', name: 'code.began', value: 1, tags: null },
      { path: 'work', name: 'code.ended', value: 2, tags: '{"how":"well"}' },
    ])
  })
})

describe('limits', () => {
  test.each([
    ['calls', `for (let i = 0; i < 1001; i++) await step.run('n ' + i, () => i)`, 'call_limit'],
    [
      'what a step gives',
      `await step.run('big', () => 'x'.repeat(11 * 1024 * 1024), { retry: { maxAttempts: 1 } })`,
      'result_limit',
    ],
    ['what is kept', `await state.set('big', 'x'.repeat(11 * 1024 * 1024))`, 'call_limit'],
    ['a wait', `await step.sleep('long', '2000d')`, 'code_error'],
  ])('of %s have names', async (_, body, code) => {
    const text = `export default async ({ step, state }) => { ${body} }`
    const bundle = await sandbox.compileCode(text)
    const flow = flowOf({ work: { type: 'code', params: { code: text }, code: bundle, after: ['trigger'] } })
    expect((await it.ended((await it.start(flow)).runId)).error).toMatchObject({ code })
  })

  test('of the time between waits have names', async () => {
    const text = `export default ({ step }) => step.run('slow', () => new Promise((r) => setTimeout(r, 60_000)))`
    const code = await sandbox.compileCode(text)
    const flow = flowOf({ work: { type: 'code', params: { code: text }, code, after: ['trigger'], timeoutMs: 300 } })
    const { error } = await it.ended((await it.start(flow)).runId)
    expect(error?.code).toBe('wall_limit')
  })

  test('of the log leave a line that says how much is missing', async () => {
    const runId = await startCode('export default ({ log }) => { for (let n = 0; n < 1_005; n++) log("line", n) }')
    await it.ended(runId)
    const last = await it.engine.listLogs(testWorkspace, runId, { limit: 10_000 })
    expect(last.items).toHaveLength(1_001)
    expect(last.items.at(-1)).toMatchObject({ level: 'warn', message: expect.stringContaining('5 more log lines were dropped') })
  })

  test('a hundred waits at once are all open', async () => {
    const runId = await startCode(
      `export default async ({ step }) => (await Promise.all(Array.from({ length: 100 }, (_, i) => step.sleep('n ' + i, '1d')))).length`,
    )
    expect((await it.until(runId, isWaiting)).waits).toHaveLength(100)
    it.clock.advance(86_400_000)
    expect(await outputOf(runId)).toBe(100)
  })
})

describe('events in code', () => {
  const send = (name: string, data: Json) =>
    it.engine.publishEvent({ workspaceId: testWorkspace, name, data: JSON.stringify(data) })
  let names = 0
  const freshName = () => `code.event.${++names}`

  test('end a wait with their data, also when they came before it', async () => {
    const name = freshName()
    const code = `export default async ({ step }) => {
      const first = await step.waitForEvent('first', { event: '${name}' })
      await step.sleep('a while', '1h')
      return [first, await step.waitForEvent('second', { event: '${name}', timeout: '1d' })]
    }`
    const runId = await startCode(code)
    expect((await it.until(runId, isWaiting)).waits).toMatchObject([{ path: 'work#first', kind: 'event' }])
    await send(name, { n: 1 })
    await it.until(runId, (run) => run.waits.some(({ path }) => path === 'work#a while'))
    await send(name, { n: 2 })
    it.clock.advance(3_600_000)
    expect(await outputOf(runId)).toEqual([
      { received: true, data: { n: 1 } },
      { received: true, data: { n: 2 } },
    ])
  })

  test('are judged by a function of the code, also when it is not in memory', async () => {
    const name = freshName()
    const runId = await startCode(`export default async ({ step, trigger }) => {
      const least = await step.run('least', () => trigger.body.n * 5)
      const paid = await step.waitForEvent('paid', { event: '${name}', match: (event) => event.sum.cents > least })
      const next = await step.waitForEvent('next', { event: '${name}', match: (event) => event.sum.cents === 3 })
      return [paid.data.sum.cents, next.data.sum.cents]
    }`)
    await it.until(runId, isWaiting)
    for (const cents of [3, 4]) await send(name, { sum: { cents } })
    await send(name, 'something that can’t be judged')
    await waitFor('the code to be asked', async () => ((await kindsOf(runId)).includes('step.resumed work') ? true : undefined))
    await it.until(runId, isWaiting)
    expect((await stepsOf(runId)).find(({ path }) => path === 'work#paid')).toMatchObject({ status: 'waiting' })
    await send(name, { sum: { cents: 6 } })
    expect(await outputOf(runId)).toEqual([6, 3])
  })

  test('that come too late leave the wait with its timeout', async () => {
    const name = freshName()
    const runId = await startCode(
      `export default ({ step }) => step.waitForEvent('late', { event: '${name}', match: () => false, timeout: '1h' })`,
    )
    await it.until(runId, isWaiting)
    await send(name, 1)
    it.clock.advance(3_600_000)
    expect(await outputOf(runId)).toEqual({ received: false })
  })

  test('can be sent by code, once, and serve one wait of each run', async () => {
    const name = freshName()
    const first = await startCode(`export default async ({ step }) => Promise.all(
      ['a', 'b'].map((one) => step.waitForEvent(one, { event: '${name}', timeout: '1h' })))`)
    await it.until(first, (run) => run.waits.length === 2)
    const sender = await startCode(`export default async ({ step }) => {
      await step.sendEvent('tell', { event: '${name}', data: { hello: 1 } })
      await step.sleep('pause', '30m')
    }`)
    await it.until(first, (run) => run.waits.length === 1)
    await it.until(sender, isWaiting)
    it.clock.advance(3_600_000)
    await outputOf(sender)
    expect(await outputOf(first)).toEqual([{ received: true, data: { hello: 1 } }, { received: false }])
    const { rows } = await database.pool.query('select data from engine.published where name = $1', [name])
    expect(rows).toEqual([{ data: '{"hello":1}' }])
  })

  test('signals are for one run alone', async () => {
    const name = freshName()
    const code = `export default ({ step }) => step.waitForEvent('go', { event: '${name}', timeout: '1h' })`
    const runs = [await startCode(code), await startCode(code)]
    for (const runId of runs) await it.until(runId, isWaiting)
    await it.engine.signalRun({ workspaceId: testWorkspace, runId: runs[1] ?? '', name, data: '7' })
    expect(await outputOf(runs[1] ?? '')).toEqual({ received: true, data: 7 })
    expect((await it.engine.getRun(testWorkspace, runs[0] ?? ''))?.status).toBe('waiting')
  })
})

describe('step.waitForApproval', () => {
  const voter = { id: null, name: null, names: [], hasLink: true }
  const vote = (runId: string, path: string, decision: 'approved' | 'rejected') =>
    it.engine.decideApproval(
      { workspaceId: testWorkspace, runId, path },
      { voter, decision, comment: 'as you like', fields: { size: 3 } },
    )

  test('asks people, and gives what they decided', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      const fields = [{ id: 'size', label: 'Size', type: 'number', required: true }]
      const first = await step.waitForApproval('ship it?', { message: 'Please.', fields, timeout: '2d' })
      const second = await step.waitForApproval('really?', { title: 'Are you sure?' })
      return { first, second, url: step.approvalUrl('ship it?') }
    }`)
    const { waits } = await it.until(runId, isWaiting)
    expect(waits).toMatchObject([
      { path: 'work#ship it?', kind: 'approval', name: 'ship it?', url: expect.stringContaining('/approve/') },
    ])
    expect(await vote(runId, 'work#ship it?', 'approved')).toBe('decided')
    await it.until(runId, (run) => run.waits.some(({ name }) => name === 'Are you sure?'))
    await vote(runId, 'work#really?', 'rejected')
    const said = { by: null, comment: 'as you like', at: expect.stringMatching(/^20/) }
    const output = await outputOf(runId)
    expect(output).toEqual({
      first: { approved: true, decision: 'approved', fields: { size: 3 }, ...said },
      second: { approved: false, decision: 'rejected', fields: {}, ...said },
      url: waits[0]?.url,
    })
    await expect(vote(runId, 'work#ship it?', 'approved')).rejects.toMatchObject({ code: 'already_settled' })
    // What was asked is the step's input, also once it is over.
    const { items } = await it.engine.listSteps(testWorkspace, runId, { limit: 9, parent: 'work' })
    expect(items.map(({ input }) => input)).toEqual([
      {
        title: 'ship it?',
        message: 'Please.',
        fields: [{ id: 'size', label: 'Size', type: 'number', required: true }],
        expiresAt: expect.stringMatching(/^20/),
      },
      { title: 'Are you sure?' },
    ])
  })

  test('gives up after its timeout, and refuses whom nobody knows', async () => {
    const runId = await startCode(`export default async ({ step }) => {
      const unknown = await step.waitForApproval('who?', { approvers: ['nobody'] }).catch(({ name, code }) => [name, code])
      return [unknown, await step.waitForApproval('ship it?', { timeout: '2d' })]
    }`)
    await it.until(runId, isWaiting)
    it.clock.advance(2 * 86_400_000)
    expect(await outputOf(runId)).toEqual([
      ['StepError', 'invalid_input'],
      { approved: false, decision: 'timeout', by: null, comment: null, fields: {}, at: expect.any(String) },
    ])
  })
})

describe('step.callFlow', () => {
  const code = `export default async ({ step, trigger }) => {
    const four = await step.callFlow('double', { flowId: 'double', input: { n: trigger.body.n } })
    const apart = await step.callFlow('apart', { flowId: 'double', input: { n: 1 }, wait: false })
    const failed = await step.callFlow('broken', { flowId: 'broken' }).catch(({ name, code, message }) => [name, code, message])
    return { four, apart, failed }
  }`

  test('runs another flow and gives what that gave, or throws why it failed', async () => {
    const held = { hold: { type: 'waitForCall', after: ['trigger'] } }
    await shelf.put(
      it,
      'double',
      flowOf({ ...held, twice: { type: 'output', params: { value: '{{ trigger.body.n * 2 }}' }, after: ['hold:received'] } }),
    )
    await shelf.put(
      it,
      'broken',
      flowOf({ stop: { type: 'stop', params: { as: 'failed', message: 'closed' }, after: ['trigger'] } }),
    )
    const runId = await startCode(code)
    const { waits } = await it.until(runId, (run) => run.waits.length === 1)
    expect(waits).toMatchObject([
      { path: 'work#double', kind: 'child', name: 'double', childRunId: expect.stringMatching(/^run_/) },
    ])
    const child = waits[0]?.childRunId ?? ''
    // It is held for a moment; then nothing of it stays in memory.
    it.clock.advance(2000)
    await it.until(runId, isWaiting)
    await it.engine.resume(waitToken([signingKey], child, 'hold'), { method: 'POST', headers: {}, query: {}, body: 'null' })
    expect(await outputOf(runId)).toEqual({
      four: 2,
      apart: { runId: expect.stringMatching(/^run_/) },
      failed: ['StepError', 'flow_failed', 'The flow that step "broken" ran failed: closed'],
    })
    expect((await stepsOf(runId)).map(({ path, status, childRunId }) => [path, status, childRunId !== undefined])).toEqual([
      ['work', 'succeeded', false],
      ['work#double', 'succeeded', true],
      ['work#apart', 'succeeded', true],
      ['work#broken', 'failed', true],
    ])
    const { rows } = await database.pool.query(
      'select id from engine.runs where parent = $1 union all select id from engine.history where parent = $1',
      [runId],
    )
    expect(rows).toHaveLength(3)
  })

  test('is cancelled with the run that waits for it', async () => {
    const runId = await startCode(code)
    const { waits } = await it.until(runId, (run) => run.waits.length === 1)
    await it.engine.cancelRun(testWorkspace, runId, 'me', 'now')
    expect(await it.ended(waits[0]?.childRunId ?? '')).toMatchObject({ status: 'cancelled' })
  })
})

test('a run that took too long goes on, when it is retried, after what its code had done', async () => {
  let isSlow = true
  const asked: string[] = []
  const other = createTestEngine(database, {
    runCode: (call) => sandbox.run(call),
    async fetch({ url, signal }) {
      asked.push(url)
      if (isSlow && url.endsWith('/slow'))
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
      return { url, status: 200, statusText: '', headers: [], body: Buffer.from('ok'), redirected: false }
    },
  })
  await other.engine.start()
  const code = `export default async ({ step }) => {
    const ask = (name) => step.run(name, async () => (await fetch('http://l/' + name)).text())
    return [await ask('quick'), await ask('slow')]
  }`
  const flow = flowOf(
    { work: { type: 'code', params: { code }, code: await sandbox.compileCode(code), after: ['trigger'] } },
    { timeoutMs: 60_000 },
  )
  const { runId } = await other.start(flow)
  await waitFor('the slow step to be under way', () => asked.length === 2 || undefined)
  other.clock.advance(60_000)
  expect(await other.ended(runId)).toMatchObject({ status: 'failed', error: { code: 'timeout' } })
  isSlow = false
  await other.engine.retryRun(testWorkspace, runId, 'me')
  expect(await other.until(runId, (run) => run.status === 'succeeded')).toMatchObject({ output: ['ok', 'ok'] })
  expect(asked).toEqual(['http://l/quick', 'http://l/slow', 'http://l/slow'])
  await other.engine.stop(1000)
})

test('cancelling a run closes what its code waits for', async () => {
  const runId = await startCode(`export default async ({ step }) => { await step.waitForCall('never') }`)
  await it.until(runId, isWaiting)
  await it.engine.cancelRun(testWorkspace, runId, 'me', 'now')
  expect(await it.ended(runId)).toMatchObject({ status: 'cancelled', waits: [] })
  expect((await stepsOf(runId)).map(({ path, status }) => [path, status])).toEqual([
    ['work', 'cancelled'],
    ['work#never', 'cancelled'],
  ])
})

test('code in each iteration of a loop waits for itself', async () => {
  const code = `export default async ({ step, item }) => item + (await step.waitForCall('go ' + item)).body`
  const bundle = await sandbox.compileCode(code)
  const flow = flowOf({
    each: { type: 'forEach', params: { items: '{{ trigger.body.list }}', concurrency: 9 }, after: ['trigger'] },
    work: { type: 'code', params: { code }, code: bundle, after: [], parent: 'each' },
  })
  const { runId } = await it.start(flow, { trigger: '{"body":{"list":["a","b"]}}' })
  const { waits } = await it.until(runId, (run) => run.waits.length === 2)
  expect(waits.map(({ path }) => path).toSorted()).toEqual(['each[0]/work#go a', 'each[1]/work#go b'])
  for (const [i, name] of ['a', 'b'].entries()) {
    const token = waitToken([signingKey], runId, `each[${i}]/work#go ${name}`)
    await it.engine.resume(token, { method: 'POST', headers: {}, query: {}, body: String(i) })
  }
  expect(await outputOf(runId)).toEqual(['a0', 'b1'])
})

test('a server that stops hands over code that is at work, which goes on elsewhere', async () => {
  const first = createTestEngine(database, { runCode: (call) => sandbox.run(call) })
  await first.engine.start()
  const code = `export default async ({ step }) => {
    const one = await step.run('one', ({ random }) => random())
    await step.run('hang', ({ attempt }) => attempt === 1 ? new Promise((r) => setTimeout(r, 50_000)) : null)
    return [one, await step.run('again', () => one)]
  }`
  const flow = flowOf({ work: { type: 'code', params: { code }, code: await sandbox.compileCode(code), after: ['trigger'] } })
  const { runId } = await first.start(flow)
  await waitFor(
    'the second step to be under way',
    async () => (await stepsOf(runId)).some(({ path }) => path === 'work#hang') || undefined,
  )
  await first.engine.stop(50)
  // The attempt at "hang" was lost, not failed: its number is still 1, so it would hang again.
  const steps = await waitFor('the step to be begun again', async () => {
    const found = await stepsOf(runId)
    return found.find(({ path }) => path === 'work#hang')?.attempts.length === 2 ? found : undefined
  })
  expect(steps.find(({ path }) => path === 'work#one')?.attempts).toHaveLength(1)
  await it.engine.cancelRun(testWorkspace, runId, 'me', 'now')
  await it.ended(runId)
})

test('nothing of a step that waits is in memory', async () => {
  const runId = await startCode(`export default async ({ step }) => { await step.sleep('long', '1500d'); return 1 }`)
  await it.until(runId, isWaiting)
  await waitFor('the run to be let go', async () => {
    const { rows } = await database.pool.query('select worker_id from engine.runs where id = $1', [runId])
    return rows[0]?.worker_id === null ? true : undefined
  })
})
