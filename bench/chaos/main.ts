/**
 * `npm run chaos -- --seed N --minutes M`: servers of every role on a PostgreSQL of their own under mixed load, killed,
 * frozen, cut off and restarted, and judged by what the database, the outside world and the callers saw.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { copySources } from './copy-sources.ts'
import type { FaultKind } from './faults/fault.ts'
import { startPostgres } from './postgres.ts'
import { startReaper } from './reaper.ts'
import { report } from './report.ts'
import { runChaos } from './run-chaos.ts'
import { selfTest } from './self-test.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true },
    minutes: { type: 'string', default: '1' },
    drivers: { type: 'string', default: '6' },
    only: { type: 'string' },
    kinds: { type: 'string' },
    'self-test': { type: 'boolean', default: false },
    seconds: { type: 'string', default: '15' },
    builds: { type: 'string' },
    output: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'holdfast-chaos-'))
await chmod(folder, 0o755) // PostgreSQL runs as another user when we are root
const reaper = startReaper(folder)
const log = (line: string) => console.log(line)
const counts = { passed: 0, failed: 0, skipped: 0 }
const postgres = await startPostgres(join(folder, 'database'), reaper)
let isJudged = false
try {
  const sources = join(folder, 'sources')
  await copySources(root, sources)
  const system = { root: sources, folder, postgres, reaper, log }
  if (values['self-test']) {
    const { caught, missed } = await selfTest({ ...system, seconds: Number(values.seconds), builds: values.builds?.split(',') })
    counts.passed += caught
    counts.failed += missed
  }
  const seeds = values.seed ?? (values['self-test'] ? [] : ['1'])
  for (const seed of seeds) {
    const own = join(folder, `seed-${seed}`)
    const result = await runChaos({
      ...system,
      seed,
      durationMs: Number(values.minutes) * 60_000,
      folder: own,
      only: values.only?.split(',') as FaultKind[] | undefined,
      kinds: values.kinds?.split(','),
      drivers: Number(values.drivers),
    })
    report(`seed ${seed}`, result, own)
    if (result.violations.length === 0) counts.passed++
    else counts.failed++
  }
  isJudged = true
} finally {
  await postgres.stop()
  reaper.close()
  if (values.output !== undefined) await writeFile(values.output, JSON.stringify(counts))
  if (isJudged && counts.failed === 0 && !values.keep) await rm(folder, { recursive: true, force: true })
  else console.log(`What there is to look at is in ${folder}`)
}
process.exitCode = counts.failed === 0 ? 0 : 1
