import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const run = promisify(execFile)
const launcher = join(import.meta.dirname, 'holdfast.mjs')
const dir = mkdtempSync(join(tmpdir(), 'holdfast-launcher-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('the command works from any folder, through the link that npm makes', async () => {
  const link = join(dir, 'holdfast')
  symlinkSync(launcher, link)
  const { stdout } = await run(process.execPath, [link, 'help'], { cwd: dir })
  expect(stdout).toContain('holdfast pull <flow> [folder]')
})

test('paths are meant from where it is called, and a failure has its code', async () => {
  const ended = await run(process.execPath, [launcher, 'push', 'sub'], { cwd: dir }).catch((error: unknown) => error)
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(`${join(dir, 'sub')} holds no flow yet`) })
})
