import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOf } from '../testing/flow-builder.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { createTestEngine, testWorkspace, type TestEngine } from '../testing/test-engine.ts'

let database: TestDatabase
let engines: TestEngine[]

beforeAll(async () => {
  database = await createTestDatabase()
  engines = [createTestEngine(database), createTestEngine(database), createTestEngine(database, { role: 'web' })]
  await Promise.all(engines.map((one) => one.engine.start()))
})
afterAll(async () => {
  await Promise.all(engines.map((one) => one.engine.stop(1000)))
  await database.drop()
})

/** The same numbers for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Four waits of one run, two of them open at a time: the others see what came early. */
const conditions: { [kind: string]: string } = {
  keyed: '{{ event.key == trigger.body.key }}',
  judgedByRun: '{{ trigger.body.key == event.key && event.n >= 0 && index >= 0 }}',
  closed: '{{ event.n >= 0 }}',
}
const waits = (name: string, kind: string) =>
  flowOf({
    each: { type: 'forEach', params: { items: [1, 2, 3, 4], concurrency: 2 }, after: ['trigger'] },
    hold: { type: 'waitForEvent', params: { name, match: conditions[kind] ?? true }, after: [], parent: 'each' },
  })

test.each([1, 2, 3, 4])(
  'events sent from anywhere, at any moment and twice, end each wait once and serve one wait a run (seed %i)',
  async (seed) => {
    const random = createRandom(seed)
    const engineAt = (place: number) => (engines[place] as TestEngine).engine
    const names = Object.keys(conditions).map((kind) => [`mixed.${seed}.${kind}`, kind] as const)
    const runs = await Promise.all(
      Array.from({ length: 18 }, async (_, key) => {
        const [name, kind] = names[key % names.length] ?? ['', '']
        const { runId, durable } = await (engines[key % 2] as TestEngine).start(waits(name, kind), {
          trigger: JSON.stringify({ kind: 'manual', body: { key } }),
        })
        await durable
        return { runId, name, key }
      }),
    )
    const sent = runs.flatMap(({ name, key }) => Array.from({ length: 4 + random(3) }, (_, n) => ({ name, key, n })))
    const twice = [...sent, ...sent.filter(() => random(3) === 0)]
      .map((event) => ({ event, at: random(1000) }))
      .toSorted((a, b) => a.at - b.at)
    await Promise.all(
      twice.map(({ event: { name, key, n } }) =>
        engineAt(random(engines.length)).publishEvent({
          workspaceId: testWorkspace,
          name,
          data: JSON.stringify({ key, n }),
          id: `${name} ${key} ${n}`,
        }),
      ),
    )
    for (const { runId, name, key } of runs) {
      const { status, output } = await (engines[random(2)] as TestEngine).ended(runId)
      expect(status).toBe('succeeded')
      const served = output as { key: number; n: number }[]
      expect(new Set(served.map((event) => JSON.stringify(event))).size).toBe(4)
      if (!name.endsWith('closed')) expect(served.every((event) => event.key === key)).toBe(true)
    }
  },
)
