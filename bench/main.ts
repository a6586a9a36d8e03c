/**
 * `npm run bench`: what the product does, beside two yardsticks measured in the same run on the same database.
 * Figures are ratios because machines are noisy; absolute numbers are printed for reading only.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startEmbeddedPostgres } from '#server/embedded/index.ts'
import { benchEngine } from './engine.ts'
import { residentMiB, startProduct } from './product.ts'
import { measureRecovery } from './recovery.ts'
import { benchPackages } from './packages.ts'
import { benchSandbox } from './sandbox.ts'
import { folderBytes, routeBytes } from './size.ts'
import { benchWebhooks } from './webhooks.ts'
import { measureY, startE } from './yardsticks.ts'

const seconds = Number(process.argv[2] ?? 4)
const rows: { what: string; measured: string; ratio: string; goal: string }[] = []
const report = (what: string, measured: string, ratio = '', goal = '') => {
  rows.push({ what, measured, ratio, goal })
  console.log(`${what}: ${measured}${ratio ? ` = ${ratio}` : ''}${goal ? ` (goal ${goal})` : ''}`)
}
const per = (value: number) => `${Math.round(value).toLocaleString('en')}/s`

const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-bench-'))
const postgres = await startEmbeddedPostgres({ dataDir, log: { info: () => {}, warn: console.warn } })
try {
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  for (const name of ['bench_engine', 'bench_product']) await admin.query(`create database ${name}`)
  await admin.end()
  const database = (name: string) => {
    const url = new URL(postgres.url)
    url.pathname = `/${name}`
    return url.href
  }

  const y = await measureY(database('bench_engine'), seconds)
  report('Y, single-row INSERT commits, 32 clients', per(y))

  for (const row of await benchEngine(database('bench_engine'), [1, 10, 50, 200], seconds)) {
    const isPure = row.what !== 'five durable steps'
    const goals: { [concurrent: number]: string } = { 1: 'at most 6 commits a run', 50: 'at least 0.3 Y, under 1 fsync a run' }
    report(
      `${row.what}, ${row.concurrent} ${row.concurrent === 1 ? 'run' : 'runs'} at once`,
      `${per(isPure ? row.runsPerSecond : row.stepsPerSecond)} ${isPure ? 'runs' : 'steps'}, ${row.commitsPerRun.toFixed(2)} commits, ${row.statementsPerRun.toFixed(2)} statements, ${row.fsyncsPerRun?.toFixed(2) ?? '?'} fsyncs a run`,
      isPure ? '' : `${(row.stepsPerSecond / y).toFixed(2)} Y`,
      isPure ? '1 statement a run' : (goals[row.concurrent] ?? ''),
    )
  }

  const bare = await startE(database('bench_product'))
  const product = await startProduct(3999, {
    DATABASE_URL: database('bench_product'),
    HOLDFAST_DATA_DIR: join(dataDir, 'product'),
    HOLDFAST_SECRET_KEY: randomBytes(32).toString('base64'),
  })
  try {
    report(
      'statements of an idle engine',
      `${(await idleStatements(product.url)).toFixed(2)} a second`,
      '',
      'one every few seconds',
    )
    const rest = await residentMiB(product.pid)
    report('server memory at rest, no code step published', `${rest?.toFixed(0) ?? '?'} MiB`, '', 'under 200 MiB')
    await benchWebhooks({ productUrl: product.url, bareUrl: bare.url, databaseUrl: database('bench_product') }, seconds, (row) =>
      report(row.what, row.measured, row.ratio, row.goal),
    )
  } finally {
    await product.stop()
    await bare.stop()
  }

  for (const row of [...(await benchSandbox()), ...(await benchPackages())])
    report(`sandbox: ${row.what}`, row.measured, '', row.goal ?? '')

  const own = join(dataDir, 'own')
  const first = await startProduct(3998, { HOLDFAST_DATA_DIR: own })
  await first.stop()
  const second = await startProduct(3998, { HOLDFAST_DATA_DIR: own })
  report('second start with the embedded database → ready', `${second.readyMs.toFixed(0)} ms`, '', 'under 2,000 ms')
  await second.stop()

  report(
    'kill -9 in the middle of a call → started again → the call repeated',
    `${(await measureRecovery(own, 3998)).toFixed(0)} ms`,
    '',
    'ready, then under 3,000 ms',
  )

  report(
    'installed size, development tools included',
    `${((await folderBytes('node_modules')) / 1e6).toFixed(0)} MB`,
    '',
    'under 700 MB',
  )
  report(
    'editor route JavaScript, gzip, without Monaco',
    `${((await routeBytes('editor/editor-page.tsx')) / 1024).toFixed(0)} KB`,
    '',
    'under 320 KB',
  )
} finally {
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
}

/** Statements a second that the engine of a server with nothing to do sends, the heartbeat's own thread aside. */
async function idleStatements(url: string): Promise<number> {
  const count = async () => {
    const reply = await fetch(`${url}/metrics`)
    return Number(/^holdfast_engine_statements_total (\d+)/m.exec(await reply.text())?.[1])
  }
  const before = await count()
  await sleep(20_000)
  return ((await count()) - before) / 20
}

console.log(
  `\n| what | measured | ratio | goal |\n| --- | --- | --- | --- |\n${rows.map((row) => `| ${row.what} | ${row.measured} | ${row.ratio} | ${row.goal} |`).join('\n')}`,
)
