import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as prettier from 'prettier'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeStyle } from '#shared/code-style.ts'
import { createFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { makeWorkplace, type Workplace } from './testing/workplace.ts'

const run = promisify(execFile)

let server: TestServer
let here: Workplace
beforeAll(async () => {
  server = await startTestServer()
  const headers = await server.makeKey(['build'])
  const price =
    'export default async ({ trigger }: Context) => ({ total: trigger.body.qty * 7, note: "for " + trigger.body.name })\n'
  const tell =
    'export default ({ steps }: Context) => {\n  return { text: steps.Price.total.toFixed(2) + steps.Price.note.trim() }\n}\n'
  const { id } = await createFlow(server, headers, {
    name: 'Orders',
    nodes: [
      { id: 'start', type: 'manual' },
      { id: 'Price', type: 'code', params: { code: price } },
      { id: 'price', type: 'set', params: { values: { rounded: '{{ round(steps.Price.total) }}' } } },
      { id: 'flow', type: 'code', params: { code: tell } },
    ],
    edges: [
      { source: 'start', target: 'Price' },
      { source: 'Price', target: 'price' },
      { source: 'price', target: 'flow' },
    ],
  })
  const value = { kind: 'manual', at: '2026-01-01T00:00:00.000Z', body: { qty: 6, name: 'Ada' } }
  await server.send(`/api/v1/flows/${id}/samples/start`, { method: 'PUT', headers, body: { value } })
  here = makeWorkplace({ HOLDFAST_URL: server.url, HOLDFAST_API_KEY: headers.authorization.slice('Bearer '.length) })
  await here.holdfast('pull', id, 'orders')
})
afterAll(async () => {
  here.remove()
  await server.stop()
})

/** What a compiler says, as `file:line:column message` like the product. */
async function compile(compiler: string): Promise<string[]> {
  const tsc = join(import.meta.dirname, '../../node_modules', compiler, 'bin/tsc')
  const args = [tsc, '-p', 'orders', '--pretty', 'false']
  const { stdout } = await run(process.execPath, args, { cwd: here.dir }).catch((error: unknown) => error as { stdout: string })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^orders\/(\S+)\((\d+),(\d+)\): error \w+: /, '$1:$2:$3 '))
}
const compilers = ['typescript', 'typescript-6']

test('code that fits its data passes tsc and the product', async () => {
  for (const compiler of compilers) expect(await compile(compiler), compiler).toEqual([])
  const { exitCode, out } = await here.holdfast('push', 'orders', '--dry-run')
  expect(out).not.toContain('warning')
  expect(exitCode).toBe(0)
})

test('code that does not fails both at the same place, also where what an earlier step returns is the reason', async () => {
  const before = await here.read('orders/steps/Price-10.ts')
  await here.write('orders/steps/Price-10.ts', before.replace('trigger.body.qty * 7', '`${trigger.body.qty * 7}`'))
  const { out } = await here.holdfast('push', 'orders', '--dry-run')
  const found = /^steps\/\S+ warning: .*toFixed.*$/m.exec(out)?.[0] ?? out
  expect(found).toMatch(/^steps\/flow-0\.ts:2:36 warning: "flow": Property 'toFixed' does not exist on type/)
  for (const compiler of compilers) {
    const said = await compile(compiler)
    expect(said[0], compiler).toMatch(/^steps\/flow-0\.ts:2:36 Property 'toFixed' does not exist on type/)
  }
  await here.write('orders/steps/Price-10.ts', before)
})

test('what the sandbox lacks is missing on disk, too', async () => {
  const before = await here.read('orders/steps/flow-0.ts')
  await here.write('orders/steps/flow-0.ts', 'export default ({ steps }: Context) => process.env.HOME\n')
  for (const compiler of compilers)
    expect(await compile(compiler), compiler).toEqual([
      expect.stringMatching(/^steps\/flow-0\.ts:1:40 Cannot find name 'process'/),
    ])
  await here.write('orders/steps/flow-0.ts', before)
})

test('one’s own editor lays code out as the product does, and leaves what we write alone', async () => {
  const path = (file: string) => join(here.dir, 'orders', file)
  expect(await prettier.resolveConfig(path('steps/flow-0.ts'))).toEqual(codeStyle)
  const isIgnored = async (file: string) =>
    (await prettier.getFileInfo(path(file), { ignorePath: path('.prettierignore') })).ignored
  expect(await isIgnored('steps/flow-0.ts')).toBe(false)
  for (const file of ['flow.json', 'samples/start.json', 'types/flow.ts']) expect(await isIgnored(file), file).toBe(true)
})
