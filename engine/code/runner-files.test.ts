import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

const script = `
import { createCodeRunner } from '#engine/code/index.ts'
import { createAttemptSecrets } from '#engine/secrets/attempt-secrets.ts'
const secrets = createAttemptSecrets(undefined, { workspaceId: 'ws', flowId: 'flow' }, () => undefined)
const sandbox = createCodeRunner({ openFolder: process.argv[2] })
const bundle = await sandbox.compileCode('export default () => "ran"')
const limits = { wallMs: 20000, cpuMs: 5000, memoryMb: 128, resultBytes: 1000 }
const data = { trigger: '{}', steps: {}, input: '{}', vars: '{}', run: '{}' }
const nothing = async () => { throw new Error('not called') }
const signal = new AbortController().signal
console.log(await sandbox.run({ bundle, data, idempotencyKey: 'k', attempt: 1, limits, signal, beforeEffect: nothing, fetch: nothing, log() {}, metric() {}, calls: { begin() {}, close() {} }, secrets }))
await sandbox.stop()
`

/** All packages under their names, and the one that the other user must read as files below the closed folder. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to)
  for (const name of readdirSync(from)) if (name !== 'isolated-vm') symlinkSync(join(from, name), join(to, name))
  const addon = `prebuilds/${process.platform}-${process.arch}`
  for (const part of ['package.json', addon])
    cpSync(join(from, 'isolated-vm', part), join(to, 'isolated-vm', part), { recursive: true })
}

test('code runs from a checkout below a folder that only root may enter, however strict the umask', ({
  skip,
  onTestFinished,
}) => {
  if (process.getuid?.() !== 0) skip('Only root drops to another user')
  const parent = mkdtempSync(join(tmpdir(), 'holdfast-closed-'))
  const open = mkdtempSync(join(tmpdir(), 'holdfast-open-'))
  onTestFinished(() => {
    for (const folder of [parent, open]) rmSync(folder, { recursive: true, force: true })
  })
  chmodSync(open, 0o755)
  const clone = join(parent, 'clone')
  mkdirSync(clone)
  for (const name of ['engine', 'shared', 'package.json']) cpSync(join(root, name), join(clone, name), { recursive: true })
  linkPackages(join(root, 'node_modules'), join(clone, 'node_modules'))
  writeFileSync(join(clone, 'run.ts'), script)
  expect(statSync(parent).mode & 0o077).toBe(0)

  for (let start = 1; start <= 2; start++) {
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'umask 077; exec "$0" run.ts "$1"', process.execPath, join(open, 'holdfast')],
      {
        cwd: clone,
        encoding: 'utf8',
      },
    )
    expect(stderr).toBe('')
    expect(stdout).toBe('"ran"\n')
  }
  expect(readdirSync(join(open, 'holdfast'))).toEqual([expect.stringMatching(/^sandbox-[0-9a-f]{16}$/)])
})
