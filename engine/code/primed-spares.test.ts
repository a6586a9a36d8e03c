import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodePackage } from '../ports.ts'
import { madePackage } from './testing/made-package.ts'
import { createTestSandbox, type TestRun } from './testing/test-sandbox.ts'

const sandbox = createTestSandbox({ mostRunners: 1 })
let root: string
let kit: CodePackage

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-primed-'))
  kit = await madePackage(root, 'kit', {
    'index.js': `
      const { now } = Date, { random } = Math, Kept = Date
      export const loads = (globalThis.loads = (globalThis.loads ?? 0) + 1)
      export const time = () => [now(), new Kept().getTime(), Date.now()]
      export const chance = () => [random(), Math.random()]
      export const add = (a, b) => a + b`,
  })
})
afterAll(async () => {
  await sandbox.stop()
  await rm(root, { recursive: true, force: true })
})

/** Runs it until a run found it loaded already; gives what each run gave, that one last. */
async function untilPrimed(code: string, options: TestRun = {}): Promise<unknown[]> {
  const before = await sandbox.primedRuns()
  const given: unknown[] = []
  for (const end = performance.now() + 120_000; performance.now() < end;) {
    given.push(await sandbox.run(code, { packages: [kit], ...options }))
    if ((await sandbox.primedRuns()) > before) return given
  }
  throw new Error('It was never loaded ahead')
}

/** Runs it often, with something else between that is sure to be loaded ahead meanwhile. */
async function neverPrimed(code: string, packages = [kit]): Promise<void> {
  for (let i = 0; i < 4; i++) await sandbox.run(code, { packages })
  await untilPrimed(`import { add } from "kit"\nexport default () => add(1, ${Math.random()})`)
  const before = await sandbox.primedRuns()
  for (let i = 0; i < 3; i++) await sandbox.run(code, { packages })
  expect(await sandbox.primedRuns()).toBe(before)
}

describe('code that was loaded ahead', () => {
  test('sees its own run’s data, and nothing of another run', async () => {
    const code = `import { add, loads } from "kit"
      const seen: unknown[] = []
      export default ({ trigger, item }) => { seen.push(trigger.n); return [seen, loads, add(trigger.n, 1), item] }`
    const before = await sandbox.primedRuns()
    let n = 0
    for (; (await sandbox.primedRuns()) < before + 3; n++)
      expect(await sandbox.run(code, { packages: [kit], trigger: { n }, item: n })).toEqual([[n], 1, n + 1, n])
    expect(n).toBeGreaterThan(4)
  })

  test('reads the clock and chance of its moment, also by what it kept of them', async () => {
    const startMs = Date.now()
    const given = await untilPrimed('import { time, chance } from "kit"\nexport default () => [time(), chance()]')
    const all = given.map((one) => {
      const [times, chances]: number[][] = JSON.parse(JSON.stringify(one))
      expect(Math.min(...(times ?? []))).toBeGreaterThanOrEqual(startMs - 1)
      return chances?.join()
    })
    expect(new Set(all).size).toBe(all.length)
  })

  test('in a durable step reads the recorded ones, the same in each attempt', async () => {
    const code = `import { time, chance } from "kit"
      export default async ({ step }) => { const before = chance(); await step.run("a", () => 1); return [time().every((ms) => ms === time()[0]), before, chance()] }`
    const given = await untilPrimed(code)
    expect(given.length).toBeGreaterThan(2)
    expect(new Set(given.map((one) => JSON.stringify(one))).size).toBe(1)
  })

  test('has errors at its own lines', async () => {
    await untilPrimed(
      'import { add } from "kit"\nexport default ({ trigger }) => {\n  add(1, 2)\n  if (trigger.bad) throw new TypeError("bad")\n}',
    )
    const code =
      'import { add } from "kit"\nexport default ({ trigger }) => {\n  add(1, 2)\n  if (trigger.bad) throw new TypeError("bad")\n}'
    expect(await sandbox.failure(code, { packages: [kit], trigger: { bad: true } })).toMatchObject({
      message: 'TypeError: bad',
      facts: { line: 4 },
    })
  })

  test('is counted with the processor time of its run', async () => {
    const burn = 'for (let i = 0, at = 0; i < 2e7; i++) at += Math.sqrt(i)'
    const code = `import { add } from "kit"\n${burn}\nexport default ({ trigger }) => { if (trigger.on) for (;;); return add(1, 1) }`
    await untilPrimed(code, { limits: { cpuMs: 20_000 } })
    expect(await sandbox.failure(code, { packages: [kit], trigger: { on: true }, limits: { cpuMs: 600 } })).toMatchObject({
      code: 'cpu_limit',
    })
  })
})

describe('code is loaded in each run when loading it', () => {
  const end = '\nexport default () => add(1, 1)'

  test.each([
    ['asks for the time', 'const at = Date.now()'],
    ['makes a date of now', 'globalThis.at = new Date()'],
    ['asks how long it has been', 'const at = performance.now()'],
    ['asks for the time by what a package kept of it', 'globalThis.at = time()'],
    ['logs', 'console.log("loaded")'],
    ['sets a timer', 'setTimeout(() => 1, 1)'],
    ['starts a call', 'fetch("http://127.0.0.1:1/").catch(() => 1)'],
    ['fails later, with nobody to handle it', 'void Promise.reject(new Error("later"))'],
    ['keeps a lot', 'const all = new Array(6e6).fill(1.5); globalThis.kept = all'],
  ])('%s', async (_, line) => {
    await neverPrimed(`import { add, time } from "kit"\n${line}${end}`)
  })

  test.each(['Date.now()', 'Math.random()'])('is durable, and a package of its asks for %s', async (asked) => {
    const late = await madePackage(root, 'late', { 'index.js': `export const at = ${asked}` })
    const modern = await madePackage(root, 'old', { 'index.js': `exports.at = ${asked}` })
    const code = 'import { at } from "late"\nimport old from "old"'
    await neverPrimed(`${code}\nexport default ({ step }) => [at, old.at, typeof step]`, [late, modern])
    // Without durable steps such a package may have been loaded a while ago.
    await untilPrimed(`${code}\nconst id = [Math.random(), crypto.randomUUID()]\nexport default () => [at, old.at, id]`, {
      packages: [late, modern],
    })
  })
})

test('loading that hangs when nobody watches hangs nobody: the next runs are well', async () => {
  // It can’t know whether a run is there, but it can take its time by chance.
  const code =
    'import { add } from "kit"\nif (String(Object.keys(globalThis)).length > 1e9 || Math.random() > 0.5) for (let i = 0; i < 3e8; i++);\nexport default () => add(1, 1)'
  for (let i = 0; i < 6; i++) expect(await sandbox.run(code, { packages: [kit], limits: { cpuMs: 20_000 } })).toBe(2)
  expect(await sandbox.run('export default () => "well"')).toBe('well')
})

test('more codes than a runner remembers are sent again, and each does its own work', async () => {
  const codes = Array.from({ length: 12 }, (_, i) => `import { add } from "kit"\nexport default () => add(${i}, 0)`)
  for (let round = 0; round < 3; round++)
    for (const [i, code] of codes.entries()) expect(await sandbox.run(code, { packages: [kit] })).toBe(i)
})
