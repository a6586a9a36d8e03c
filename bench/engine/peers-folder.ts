import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Exact, so that two runs of the bench compare with the same thing. */
const peers = {
  '@dbos-inc/dbos-sdk': '5.3.0',
  '@restatedev/restate-sdk': '1.17.2',
  '@restatedev/restate-sdk-clients': '1.17.2',
  '@restatedev/restate-server': '1.7.12',
  'graphile-worker': '0.18.0',
}

/**
 * A folder outside of the checkout with the peers installed from npm, kept for the next run: they are nothing this
 * product depends on. Their install scripts are not run.
 */
export async function installPeers(): Promise<string> {
  const folder = join(tmpdir(), 'holdfast-bench-peers')
  const wanted = JSON.stringify({ private: true, dependencies: peers }, null, 2)
  const done = join(folder, 'installed.json')
  if ((await readFile(done, 'utf8').catch(() => '')) === wanted) return folder
  console.log(`Installing the peers into ${folder}`)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), wanted)
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, timeout: 300_000 })
  await writeFile(done, wanted)
  return folder
}
