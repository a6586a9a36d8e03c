import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contextTypes, type ContextSources } from './context-types.ts'

const sources: ContextSources = {
  trigger: { name: 'trigger', title: 'Order in', samples: [{ body: { amount: 1250, discount: 0.9 } }, { body: { amount: 90 } }] },
  steps: [
    { name: 'price', title: 'Work out the price */ evil', samples: [{ total: 21, lines: [{ sku: 'A1' }] }] },
    { name: 'ask', title: 'Ask', samples: [] },
  ],
  inputs: [{ name: 'unit price', title: 'Order in', samples: [7] }],
}

/** What TypeScript says about code written against the generated types, one line for each problem. */
function problemsOf(code: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-types-'))
  try {
    writeFileSync(join(folder, 'sandbox.d.ts'), readFileSync(new URL('./sandbox-types.txt', import.meta.url), 'utf8'))
    writeFileSync(join(folder, 'context.d.ts'), contextTypes(sources))
    writeFileSync(join(folder, 'code.ts'), code)
    const options = {
      strict: true,
      noImplicitAny: false,
      noEmit: true,
      target: 'esnext',
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2023'],
      types: [],
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['sandbox.d.ts', 'context.d.ts', 'code.ts'] }),
    )
    execFileSync('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return []
  } catch (error) {
    if (!(error instanceof Error) || !('stdout' in error)) throw error
    return String(error.stdout).trim().split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('code that fits the samples has no problems', () => {
  const code = `export default async ({ trigger, steps, input, log, run, signal }: Context) => {
  const net = trigger.body.amount * (trigger.body.discount ?? 1) + steps.price.total + input['unit price']
  const page = await (await fetch('https://a.example', { signal, headers: { a: 'b' } })).text()
  log('net', net, steps.price.lines[0]?.sku.length, page.slice(0, 5), run.id, signal.aborted, Buffer.from('a').toString('hex'))
  log.warn(new URL('https://a.example').searchParams.get('q'), crypto.randomUUID())
  return { net }
}`
  expect(problemsOf(code)).toEqual([])
}, 30_000)

test('durable work is typed by what its functions give', () => {
  const code = `export default async ({ step, state, once, metric }: Context) => {
  const total: number = await step.run('sum', ({ attempt, random }) => attempt + random(), { retry: { maxAttempts: 5 }, timeoutMs: 1000 })
  await step.sleep('cool down', '10m')
  const called = await step.waitForCall('paid', { timeout: '2d' })
  const { version } = await state.get('count')
  await state.set('count', total, { ifVersion: version })
  metric('sums', total, { of: 'orders' })
  const text: string = await once('welcome', async () => step.callUrl('paid'))
  return called.received ? called.body.sum : text.length
}`
  expect(problemsOf(code)).toEqual([])
  expect(problemsOf(`export default ({ step }: Context) => step.sleep('x', 'tomorrow')`)).toEqual([
    expect.stringContaining("'\"tomorrow\"' is not assignable to parameter of type 'Duration'"),
  ])
}, 30_000)

test('what one sample lacks may be undefined, what no sample has is a mistake, what has no sample may be anything', () => {
  const problems = problemsOf(`export default ({ trigger, steps }: Context) => {
  const discounted = trigger.body.amount * trigger.body.discount
  const wrong = steps.price.totl
  const untested = steps.ask.answer
  return document.title
}`)
  expect(problems.map((line) => line.replace(/^.*code\.ts/, ''))).toEqual([
    expect.stringContaining("(2,44): error TS18048: 'trigger.body.discount' is possibly 'undefined'"),
    expect.stringContaining("(3,29): error TS2551: Property 'totl' does not exist"),
    expect.stringContaining("(5,10): error TS2584: Cannot find name 'document'"),
  ])
}, 30_000)

test('only what the sandbox gives is offered', () => {
  const problems = problemsOf(`export default ({ secrets, step }: Context) => [secrets, step]`)
  expect(problems).toEqual([expect.stringContaining("Property 'secrets' does not exist on type 'Context'")])
}, 30_000)

test('hovering says where a type came from, or how to get one', () => {
  expect(contextTypes(sources)).toContain('/** As in the sample of “Order in”. */')
  expect(contextTypes(sources)).toContain('/** Test “Ask” to get types. */\n  ask: any')
  expect(contextTypes({ trigger: undefined, steps: [], inputs: [] })).toBe(
    'type Trigger = any\n\ntype Steps = {}\n\ntype Input = {}',
  )
})
