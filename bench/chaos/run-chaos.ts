import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Evidence, FaultWindow, Violation } from './checker/evidence.ts'
import { judge } from './checker/judge.ts'
import { createClient } from './client.ts'
import { countUnfinished } from './db/count-unfinished.ts'
import { findLeaks } from './db/find-leaks.ts'
import { insertOtherWorkspace } from './db/insert-other-workspace.ts'
import { loadEvents } from './db/load-events.ts'
import { loadRest } from './db/load-rest.ts'
import { loadRuns } from './db/load-runs.ts'
import { loadTellings } from './db/load-tellings.ts'
import { type FaultKind, sayFault } from './faults/fault.ts'
import { inflict } from './faults/inflict.ts'
import { planFaults } from './faults/plan-faults.ts'
import { type Role, startFleet } from './fleet.ts'
import { kinds as allKinds } from './kinds/index.ts'
import { startLedger } from './ledger/start-ledger.ts'
import { createLoad } from './load.ts'
import type { OwnPostgres } from './postgres.ts'
import { createRandom } from './random.ts'
import { askAsStranger, listRuns, readSome } from './read-api.ts'
import type { Reaper } from './reaper.ts'
import { startSampler } from './sampler.ts'

export interface ChaosOptions {
  seed: string
  /** How long faults come. */
  durationMs: number
  /** Where the sources are that are put to the test. */
  root: string
  folder: string
  postgres: OwnPostgres
  reaper: Reaper
  roles?: readonly Role[]
  only?: readonly FaultKind[] | undefined
  kinds?: readonly string[] | undefined
  drivers?: number
  pauseMs?: { min: number; max: number }
  /** After the last fault everything is to end within this; longer than any pause of the kinds. */
  restMs?: number
  log: (line: string) => void
}

export interface ChaosReport {
  runs: number
  calls: number
  requests: number
  faults: { [kind: string]: number }
  samples: number
  violations: Violation[]
}

const leaseMs = 5000
const secrets = {
  'the secret key': 'canary-secret-key-that-must-not-show-up-anywhere',
  'the API key': 'canary-api-key-that-must-not-show-up-anywhere-either',
  'the database password': 'chaos-password-of-the-database',
}
const strangersKey = 'hf_key-of-a-stranger-in-another-workspace-000000'
/** So long it takes until a query on a connection that went dead is given up, and the next one on another such. */
const swallowedMs = 32_000
/** A fault that takes this long to heal is worth a line. */
const slowHealMs = 12_000
const usualRestMs = 90_000

/** Puts the system under load and faults, waits until it has come to rest, and judges what is to be seen. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, folder, postgres, reaper, log, restMs = usualRestMs } = options
  const random = createRandom(seed)
  await mkdir(folder, { recursive: true })
  const url = await postgres.createDatabase(`chaos_${Date.now().toString(36)}`)
  const ledger = await startLedger(join(folder, 'ledger.jsonl'), reaper)
  let isDatabaseUp = true
  const fleet = await startFleet({
    root: options.root,
    folder,
    roles: options.roles ?? ['web', 'web', 'worker', 'worker', 'all'],
    databaseUrl: url,
    databasePort: () => postgres.port,
    isDatabaseUp: () => isDatabaseUp,
    environment: {
      HOLDFAST_SECRET_KEY: secrets['the secret key'],
      HOLDFAST_API_KEY: secrets['the API key'],
      HOLDFAST_LEASE_MS: String(leaseMs),
      HOLDFAST_EGRESS_PRIVATE: '127.0.0.0/8',
    },
    reaper,
  })
  const pool = new pg.Pool({ connectionString: url, max: 3 })
  pool.on('error', () => undefined) // the database is killed on purpose
  const client = createClient({ doors: fleet.doors, apiKey: secrets['the API key'], random: random.fork('doors') })
  const kinds = allKinds.filter((kind) => options.kinds?.includes(kind.name) ?? true)
  const load = createLoad({
    ...{ client, ledger, random: random.fork('load'), kinds, drivers: options.drivers ?? 6, log },
    mailDoors: fleet.mailDoors,
  })
  const sampler = startSampler(() => url)
  const windows: FaultWindow[] = []
  const faultCounts: { [kind: string]: number } = {}

  try {
    await insertOtherWorkspace(pool, strangersKey)
    await load.prepare()
    load.start()
    const planned = planFaults(random.fork('faults'), {
      durationMs: options.durationMs,
      places: fleet.places,
      leaseMs,
      only: options.only,
      ...(options.pauseMs ? { pauseMs: options.pauseMs } : {}),
    })
    const begun = performance.now()
    const victims = { fleet, postgres, load, setDatabaseUp: (isUp: boolean) => (isDatabaseUp = isUp) }
    const underWay = new Set<Promise<void>>()
    const busy = new Set<string>()
    for (const { atMs, fault } of planned) {
      await sleep(Math.max(0, begun + atMs - performance.now()))
      // One thing at a time at each place; what is skipped for that is skipped by the schedule's own rule.
      const target = 'place' in fault ? fault.place : /database/i.test(fault.kind) ? 'database' : fault.kind
      if (busy.has(target)) continue
      busy.add(target)
      faultCounts[fault.kind] = (faultCounts[fault.kind] ?? 0) + 1
      const window: FaultWindow = { what: sayFault(fault), from: Date.now(), to: Infinity }
      windows.push(window)
      log(`${((performance.now() - begun) / 1000).toFixed(1)} s: ${window.what}`)
      const done = inflict(victims, fault).finally(() => {
        window.to = Date.now() + (fault.kind === 'swallow' ? swallowedMs : 0)
        if (window.to - window.from > slowHealMs) log(`    ${window.what} took ${window.to - window.from} ms to heal`)
        busy.delete(target)
        underWay.delete(done)
      })
      underWay.add(done)
    }
    await sleep(Math.max(0, begun + options.durationMs - performance.now()))
    await Promise.all(underWay)
    await fleet.heal(180_000)
    const healedAt = Date.now()
    log(`healed; ${load.driven} runs were driven so far`)
    await load.stop(restMs)
    const served = await load.probe(restMs)
    const restedAt = await untilRest(pool, restMs)
    log(restedAt === undefined ? 'not everything came to rest' : `at rest ${restedAt - healedAt} ms after the last fault healed`)
    await sampler.stop()

    const runs = await loadRuns(pool)
    const evidence: Evidence = {
      leaseMs,
      runs,
      events: await loadEvents(pool),
      ...(await loadRest(pool)),
      tellings: await loadTellings(pool),
      ledger: await ledger.calls(),
      told: client.told,
      samples: sampler.samples,
      faults: windows,
      healedAt,
      restedAt,
      flows: load.flows,
      listed: await listRuns(client),
      reads: await readSome(client, random.fork('reads').fork('runs'), runs),
      foreign: await askAsStranger(client, strangersKey, runs),
      leaks: [...(await findLeaks(pool, secrets)), ...(await leaksInLogs(folder))],
      falls: fleet.falls,
      served,
    }
    await writeFile(join(folder, 'told.jsonl'), client.told.map((told) => `${JSON.stringify(told)}\n`).join(''))
    return {
      runs: runs.length,
      calls: evidence.ledger.length,
      requests: client.told.length,
      faults: faultCounts,
      samples: sampler.samples.length,
      violations: judge(evidence),
    }
  } finally {
    await sampler.stop()
    await fleet.stop()
    ledger.stop()
    await pool.end()
  }
}

async function untilRest(pool: pg.Pool, restMs: number): Promise<number | undefined> {
  const end = performance.now() + restMs
  while (performance.now() < end) {
    if ((await countUnfinished(pool)) === 0) return Date.now()
    await sleep(200)
  }
  return undefined
}

async function leaksInLogs(folder: string): Promise<string[]> {
  const leaks: string[] = []
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.log'))) {
    const text = await readFile(join(folder, file), 'utf8')
    for (const [name, secret] of Object.entries(secrets)) if (text.includes(secret)) leaks.push(`${name} stands in ${file}`)
  }
  return leaks
}
