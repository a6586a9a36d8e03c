/**
 * `node bench/completions.ts`: how long the list that opens behind `steps.` takes in the editor, in Chromium, from the
 * key to the rows on the screen. The web interface has to be built; `HOLDFAST_CHROMIUM` names a browser.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { isJsonObject } from '#shared/is-json-object.ts'
import { benchKey, startProduct } from './product.ts'

const rounds = Number(process.argv[2] ?? 40)
const earlierSteps = 20
const goalMs = 300
const owner = { email: 'owner@bench.example', name: 'Owner', password: 'bench-password-1' }

const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-completions-'))
const product = await startProduct(Number(process.env['PORT'] ?? 3977), { HOLDFAST_DATA_DIR: dataDir })
const executable = process.env['HOLDFAST_CHROMIUM']
const browser = await chromium.launch({
  ...(executable === undefined ? {} : { executablePath: executable }),
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  const page = await browser.newPage({ baseURL: product.url, viewport: { width: 1440, height: 900 } })
  await signIn(page)
  await page.goto(`/flows/${await makeFlow()}?step=last`)
  // The yardstick: a list of the same length that needs none of our types, in the same text, by turns.
  const names = Array.from({ length: earlierSteps }, (_, index) => `step${index}: { total: 1 }`).join(', ')
  const times = await measure(page, `const plain = { ${names} }\n`)
  const ours = figures(times.steps)
  const yardstick = figures(times.plain)
  console.log(`the first list, with TypeScript being started: ${times.first} ms`)
  console.log(
    `${rounds} lists behind steps. of ${earlierSteps} earlier steps: p50 ${ours.p50} ms, p95 ${ours.p95} ms (goal ${goalMs})`,
  )
  console.log(
    `behind a plain object: p50 ${yardstick.p50} ms, p95 ${yardstick.p95} ms; ours ${(ours.p50 / yardstick.p50).toFixed(2)} × at p50`,
  )
} finally {
  await browser.close()
  await product.stop()
  await rm(dataDir, { recursive: true, force: true })
}

function figures(times: readonly number[]): { p50: number; p95: number } {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return { p50: at(0.5), p95: at(0.95) }
}

/** From the point's key to the list, each time in text that was just changed; typed as fast as people do. */
async function measure(page: Page, own: string): Promise<{ first: number; steps: number[]; plain: number[] }> {
  const rows = page.locator('.suggest-widget.visible .monaco-list-row')
  const list = async (name: string) => {
    await page.keyboard.insertText('\n  ')
    await page.keyboard.type(name, { delay: 60 })
    await page.keyboard.press('Escape')
    const began = performance.now()
    await page.keyboard.press('.')
    await rows.filter({ hasText: 'step1' }).first().waitFor({ timeout: 30_000 })
    const took = performance.now() - began
    await page.keyboard.press('Escape')
    await page.keyboard.insertText('step3.total')
    return Math.round(took)
  }
  await page.locator('.monaco-editor .view-lines').last().click({ timeout: 60_000 })
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(`${own}export default ({ steps }: Context) => {`)
  const times = { first: await list('steps'), steps: [] as number[], plain: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    times.plain.push(await list('plain'))
    times.steps.push(await list('steps'))
  }
  return times
}

async function signIn(page: Page): Promise<void> {
  const headers = { origin: product.url }
  const made = await page.request.post('/api/v1/setup', { data: owner, headers })
  if (made.status() !== 201) throw new Error(`Set-up answered ${made.status()}`)
  const { email, password } = owner
  const signed = await page.request.post('/api/v1/login', { data: { email, password }, headers })
  if (signed.status() !== 200) throw new Error(`Sign-in answered ${signed.status()}`)
}

/** Code steps that each use the one before, and samples of a size people have. */
async function makeFlow(): Promise<string> {
  const ids = Array.from({ length: earlierSteps }, (_, index) => `step${index}`)
  const codeOf = (index: number) =>
    index === 0
      ? 'export default async ({ trigger }: Context) => ({ total: trigger.body.lines.length, rows: trigger.body.lines })\n'
      : `export default async ({ steps }: Context) => ({ total: steps.step${index - 1}.total + 1, rows: steps.step${index - 1}.rows.map((row) => ({ ...row, n${index}: ${index} })) })\n`
  const nodes = [
    { id: 'start', type: 'manual' },
    ...ids.map((id, index) => ({ id, type: 'code', position: { x: 0, y: 140 * (index + 1) }, params: { code: codeOf(index) } })),
    { id: 'last', type: 'code', position: { x: 0, y: 140 * (earlierSteps + 1) }, params: { code: '' } },
  ]
  const edges = nodes.slice(1).map(({ id }, index) => ({ source: nodes[index]?.id, target: id }))
  const { id } = await api('POST', '/flows', { document: { nodes, edges } })
  const lines = Array.from({ length: 50 }, (_, index) => ({
    sku: `A${index}`,
    price: index,
    tags: ['x'],
    maker: { name: 'n', id: index },
  }))
  await api('PUT', `/flows/${id}/samples/start`, { value: { kind: 'manual', at: '2026-01-01T00:00:00Z', body: { lines } } })
  return id
}

async function api(method: string, path: string, body: object): Promise<{ id: string }> {
  const reply = await fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${benchKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${await reply.text()}`)
  const answer: unknown = await reply.json()
  return { id: isJsonObject(answer) && typeof answer['id'] === 'string' ? answer['id'] : '' }
}
