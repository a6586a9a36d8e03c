import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import type { ActionCall } from '../ports.ts'
import { flowOf, type StepSketch } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let it: TestEngine
let act: (call: ActionCall) => Promise<string>
let most = 0
let now = 0

beforeAll(async () => {
  database = await createTestDatabase()
  it = createTestEngine(database, { runAction: (call) => act(call) })
  await it.engine.start()
})
afterAll(async () => {
  await it.engine.stop(1000)
  await database.drop()
})

const each = (params: StepSketch['params'], rest: Partial<StepSketch> = {}): StepSketch => ({
  type: 'forEach',
  params: { items: '{{ trigger.body.lines }}', ...params },
  after: ['trigger'],
  ...rest,
})
const inside = (sketch: StepSketch, parent = 'each'): StepSketch => ({ ...sketch, parent })

async function outputOf(steps: { [id: string]: StepSketch }, body: unknown) {
  const { runId } = await it.start(flowOf(steps), { trigger: JSON.stringify({ body }) })
  return it.ended(runId)
}

describe('a forEach', () => {
  test('gives what each item gave, in the order of the items, several at a time', async () => {
    most = 0
    const four = Promise.withResolvers<void>()
    act = async ({ input }) => {
      most = Math.max(most, ++now)
      if (now === 4) four.resolve()
      // However slowly they begin, the first wait for the others that may be under way with them.
      await four.promise
      await new Promise((resolve) => {
        setTimeout(resolve, Number(input['n']) % 3)
      })
      now--
      return JSON.stringify(Number(input['n']) * 10)
    }
    const lines = Array.from({ length: 25 }, (_, n) => n)
    const run = await outputOf(
      { each: each({ concurrency: 4 }), work: inside({ type: 'test.act', params: { n: '{{ item }}' }, after: [] }) },
      { lines },
    )
    expect(run).toMatchObject({ status: 'succeeded', output: lines.map((n) => n * 10) })
    expect(most).toBe(4)
  })

  test('passes items on to the letter, alone or in batches, and lists of what loops inside it gave', async () => {
    const steps = {
      each: each({ batchSize: 2 }),
      inner: inside({ type: 'forEach', params: { items: '{{ item }}' }, after: [] }),
      pair: inside(
        { type: 'set', params: { values: { at: '{{ index }}', of: '{{ loops.each.index }}', it: '{{ item }}' } }, after: [] },
        'inner',
      ),
    }
    const { runId } = await it.start(flowOf(steps), { trigger: '{"body":{"lines":[12345678901234567890,"b",{"z":1,"a":2}]}}' })
    await it.ended(runId)
    expect(await it.engine.getRunText(testWorkspace, runId)).toContain(
      '"output":[[{"at":0,"of":0,"it":12345678901234567890},{"at":1,"of":0,"it":"b"}],[{"at":0,"of":1,"it":{"z":1,"a":2}}]]',
    )
  })

  test('begins nothing more in an item that failed, also after what was under way in it', async () => {
    const done: string[] = []
    act = async ({ run }) => {
      done.push(run.path)
      if (run.nodeId === 'bad') throw new AppError('action_failed', 'bad', { retryable: false })
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
      return '1'
    }
    const run = await outputOf(
      {
        each: each({ onItemError: 'continue' }),
        bad: inside({ after: [] }),
        slow: inside({ after: [] }),
        then: inside({ after: ['slow'] }),
      },
      { lines: [1] },
    )
    expect(run).toMatchObject({ status: 'succeeded', output: [{ error: { path: 'each[0]/bad' } }] })
    expect(done).toEqual(['each[0]/bad', 'each[0]/slow'])
  })

  test('puts the error in the place of an item that failed and carries on, when told so', async () => {
    act = async ({ input }) => {
      if (input['n'] === 2) throw new AppError('action_failed', 'two is bad', { retryable: false })
      return JSON.stringify(input['n'])
    }
    const run = await outputOf(
      {
        each: each({ onItemError: 'continue' }),
        work: inside({ type: 'test.act', params: { n: '{{ item }}' }, after: [] }),
        then: inside({ type: 'set', params: { values: { got: '{{ steps.work }}' } }, after: ['work'] }),
      },
      { lines: [1, 2, 3] },
    )
    expect(run).toMatchObject({
      status: 'succeeded',
      output: [{ got: 1 }, { error: { code: 'action_failed', path: 'each[1]/work' } }, { got: 3 }],
    })
  })

  test('fails the run with the item’s error, and a retry repeats that item alone', async () => {
    let calls: number[] = []
    let isBroken = true
    act = async ({ input }) => {
      calls.push(Number(input['n']))
      if (input['n'] === 2 && isBroken) throw new AppError('action_failed', 'two is bad', { retryable: false })
      return JSON.stringify(input['n'])
    }
    const steps = { each: each({}), work: inside({ type: 'test.act', params: { n: '{{ item }}' }, after: [] }) }
    const { runId } = await it.start(flowOf(steps), { trigger: '{"body":{"lines":[1,2,3]}}' })
    expect(await it.ended(runId)).toMatchObject({ status: 'failed', error: { path: 'each[1]/work' } })
    expect(calls).toEqual([1, 2])
    calls = []
    isBroken = false
    await it.engine.retryRun(testWorkspace, runId, 'me')
    expect(await it.until(runId, (run) => run.status === 'succeeded')).toMatchObject({ output: [1, 2, 3] })
    expect(calls).toEqual([2, 3])
  })

  test('that fails goes its error way, and what was under way in it is stopped', async () => {
    act = async ({ input, signal }) => {
      if (input['n'] === 2) throw new AppError('action_failed', 'two is bad', { retryable: false })
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')))
      })
      return 'null'
    }
    const run = await outputOf(
      {
        each: each({ concurrency: 2 }, { onError: 'route' }),
        work: inside({ type: 'test.act', params: { n: '{{ item }}' }, after: [] }),
        after: { type: 'set', params: { values: { code: '{{ steps.each.error.code }}' } }, after: ['each:error'] },
      },
      { lines: [1, 2, 3] },
    )
    expect(run).toMatchObject({ status: 'succeeded', output: { code: 'action_failed' } })
  })

  test('keeps what an expression says of each item, and stops when there is enough', async () => {
    const run = await outputOf(
      {
        each: each({ collect: '{{ steps.double.d + 1 }}', until: '{{ results.length >= 3 }}' }),
        double: inside({ type: 'set', params: { values: { d: '{{ item * 2 }}' } }, after: [] }),
      },
      { lines: [1, 2, 3, 4, 5] },
    )
    expect(run).toMatchObject({ status: 'succeeded', output: [3, 5, 7] })
  })

  test('says what it was given when that is no list, and refuses more items than may be', async () => {
    const steps = { each: each({}), work: inside({ type: 'set', params: { values: {} }, after: [] }) }
    expect(await outputOf(steps, { lines: { a: 1 } })).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_input', message: expect.stringContaining('a group of fields') },
    })
    expect(await outputOf(steps, { lines: Array.from({ length: 10_001 }, () => 0) })).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_input', message: expect.stringContaining('10000 is the most') },
    })
  })

  test('over nothing gives an empty list; turned off it gives one too', async () => {
    const body = inside({ type: 'set', params: { values: {} }, after: [] })
    expect(await outputOf({ each: each({}), body }, { lines: [] })).toMatchObject({ status: 'succeeded', output: [] })
    expect(await outputOf({ each: each({}, { disabled: true }), body }, { lines: [1] })).toMatchObject({ output: [] })
  })

  test('over 10,000 items is over in a moment and reads back whole', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => n)
    const run = await outputOf(
      { each: each({}), body: inside({ type: 'set', params: { values: { n: '{{ item }}' } }, after: [] }) },
      { lines },
    )
    expect(run.output).toEqual(lines.map((n) => ({ n })))
  })

  test('branches inside each item, and gives null where an item ends in nothing', async () => {
    const run = await outputOf(
      {
        each: each({}),
        check: inside({ type: 'filter', params: { condition: '{{ item > 1 }}' }, after: [] }),
        body: inside({ type: 'set', params: { values: { n: '{{ item }}' } }, after: ['check'] }),
      },
      { lines: [1, 2] },
    )
    expect(run.output).toEqual([null, { n: 2 }])
  })
})

describe('a repeat', () => {
  test('goes round until its condition holds, each round seeing what the one before gave', async () => {
    const run = await outputOf(
      {
        each: { type: 'repeat', params: { until: '{{ steps.add.sum >= 10 }}', maxIterations: 50 }, after: ['trigger'] },
        add: inside({ type: 'set', params: { values: { sum: '{{ (previous?.sum ?? 0) + index }}' } }, after: [] }),
      },
      {},
    )
    expect(run).toMatchObject({ status: 'succeeded', output: { iterations: 5, last: { sum: 10 } } })
  })

  test('whose condition doesn’t hold at first does nothing', async () => {
    const run = await outputOf(
      {
        each: { type: 'repeat', params: { while: '{{ false }}' }, after: ['trigger'] },
        add: inside({ type: 'set', params: { values: {} }, after: [] }),
      },
      {},
    )
    expect(run).toMatchObject({ status: 'succeeded', output: { iterations: 0, last: null } })
  })

  test('that never ends fails by its limit', async () => {
    const run = await outputOf(
      {
        each: { type: 'repeat', params: { while: true, maxIterations: 7 }, after: ['trigger'] },
        add: inside({ type: 'set', params: { values: {} }, after: [] }),
      },
      {},
    )
    expect(run).toMatchObject({ status: 'failed', error: { code: 'max_iterations' } })
  })

  test('pauses between rounds without holding the run', async () => {
    const { runId } = await it.start(
      flowOf({
        each: { type: 'repeat', params: { until: '{{ index >= 3 }}', delayMs: '1h' }, after: ['trigger'] },
        add: inside({ type: 'set', params: { values: { i: '{{ index }}' } }, after: [] }),
      }),
    )
    let since: string | undefined
    for (let round = 0; round < 2; round++) {
      const [wait] = (await it.until(runId, ({ waits: [first] }) => first !== undefined && first.since !== since)).waits
      ;({ since } = wait ?? {})
      it.clock.advance(3_600_000)
    }
    expect(await it.ended(runId)).toMatchObject({ output: { iterations: 3, last: { i: 2 } } })
  })

  test('waits inside an iteration are resumed in theirs', async () => {
    act = async ({ inputText }) => inputText
    const { runId } = await it.start(
      flowOf({
        each: each({ concurrency: 2 }),
        hold: inside({ type: 'waitForCall', params: {}, after: [] }),
        keep: inside({
          type: 'set',
          params: { values: { got: '{{ steps.hold.body }}', item: '{{ item }}' } },
          after: ['hold:received'],
        }),
      }),
      { trigger: '{"body":{"lines":["a","b"]}}' },
    )
    const waiting = await it.until(runId, (run) => run.waits.length === 2)
    for (const wait of waiting.waits.toReversed()) {
      const token = decodeURIComponent((wait.url ?? '').split('/').at(-1) ?? '')
      expect(await it.engine.resume(token, { method: 'POST', headers: {}, query: {}, body: JSON.stringify(wait.path) })).toBe(
        'resumed',
      )
    }
    expect((await it.ended(runId)).output).toEqual([
      { got: 'each[0]/hold', item: 'a' },
      { got: 'each[1]/hold', item: 'b' },
    ])
  })
})
