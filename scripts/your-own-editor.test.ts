import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFlow } from '#server/testing/flows.ts'
import { startTestServer, type TestServer } from '#server/testing/test-server.ts'

const root = join(import.meta.dirname, '..')
let server: TestServer
let dir: string

beforeAll(async () => {
  server = await startTestServer()
  dir = mkdtempSync(join(tmpdir(), 'holdfast-walk-'))
})
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true })
  await server.stop()
})

test('the walk of the page about your own editor can be walked', async () => {
  const page = readFileSync(join(root, 'docs/your-own-editor.md'), 'utf8')
  const walk = /\n## A walk\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ''
  const blocks = [...walk.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }))
  const headers = await server.makeKey(['build'])
  // What the page has one draw.
  const { id } = await createFlow(server, headers, {
    name: 'Ticket price',
    nodes: [
      { id: 'start', type: 'manual' },
      { id: 'price', type: 'code', params: { code: blocks.find(({ kind }) => kind === 'ts')?.text } },
    ],
    edges: [{ source: 'start', target: 'price' }],
  })
  const sample = async (step: string, value: unknown) =>
    server.send(`/api/v1/flows/${id}/samples/${step}`, { method: 'PUT', headers, body: { value } })
  await sample('start', { kind: 'manual', body: { qty: 6 } })
  await sample('price', { total: 42 })

  // `npx holdfast` is this checkout's.
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'npx'),
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(root, 'server/cli/holdfast.mjs')}" "$@"\n`,
  )
  chmodSync(join(bin, 'npx'), 0o755)
  const script = blocks.filter(({ kind }) => kind === 'sh').map(({ text }) => text.replace('…   # your key', '"$KEY"'))
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script.join('\n')], {
    cwd: dir,
    encoding: 'utf8',
    env: {
      PATH: [bin, process.env['PATH']].join(delimiter),
      HOLDFAST_URL: server.url,
      KEY: headers.authorization.slice('Bearer '.length),
    },
  })
  const said = stdout.split('\n')
  // Every line the page shows is said, in this order.
  let at = 0
  for (const line of blocks.filter(({ kind }) => kind === 'text').flatMap(({ text }) => text.trimEnd().split('\n'))) {
    const found = said.indexOf(line, at)
    expect(found, `"${line}" after:\n${said.slice(at).join('\n')}`).toBeGreaterThanOrEqual(0)
    at = found + 1
  }
})
