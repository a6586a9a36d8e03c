import { realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { usableBinaries } from './binaries.ts'
import { findOrCreateCluster } from './cluster.ts'
import { readOrCreatePassword } from './password.ts'
import { placeFor } from './place.ts'
import { findOrLaunchPostmaster, stopPostmaster } from './postmaster.ts'
import { StartError, startErrorFromWrite } from './start-error.ts'

export { makeFolder } from './make-folder.ts'
export { StartError, startErrorFromWrite } from './start-error.ts'

export interface EmbeddedPostgres {
  url: string
  /** Of the server at the start; it is another after it had to be brought back. */
  pid: number
  /** Stops the server cleanly; connections still open are cut. */
  stop(): Promise<void>
}

interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

// Held by the Holdfast a cluster belongs to, for as long as it lives: a kill -9 frees it at once.
const ownerLock = 4_021_184
const ownerPatienceMs = 3000

/**
 * Starts a PostgreSQL of our own in the data folder, or takes over the one a killed Holdfast left running there.
 *
 * The server is a process apart: it outlives a crash of ours with everything committed, ends with `stop`, and is
 * brought back on the same address should it die. Throws a StartError whose message says what to do.
 */
export async function startEmbeddedPostgres({ dataDir, log }: { dataDir: string; log: Log }): Promise<EmbeddedPostgres> {
  const place = await placeFor(dataDir)
  const folder = await realpath(dataDir)
  const binaries = await usableBinaries(place.user, place.ours)
  const password = await readOrCreatePassword(folder).catch((error: unknown) => {
    throw startErrorFromWrite(error, dataDir)
  })
  const cluster = await findOrCreateCluster(place, binaries, password)
  const { port, pid, isNew } = await findOrLaunchPostmaster(place, binaries, cluster)
  let isStopping = false
  let recovery: Promise<void> | undefined
  let owner: Client | undefined
  try {
    owner = await becomeOwner()
  } catch (error) {
    if (isNew) await stopPostmaster(cluster)
    throw error
  }

  async function becomeOwner(): Promise<Client> {
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password,
      database: 'postgres',
      application_name: 'holdfast owner',
    })
    // pg reports a broken connection here as well as to whoever waits for an answer.
    client.on('error', () => {
      if (client === owner) recovery = recover()
    })
    await connect(client, folder)
    try {
      await takeOwnerLock(client, dataDir)
      await ensureDatabase(client, password)
    } catch (error) {
      await client.end()
      throw error
    }
    return client
  }

  // The connection broke without our doing: PostgreSQL restarted after a backend's crash, or died.
  async function recover(): Promise<void> {
    owner = undefined
    for (let waitMs = 50; !isStopping; waitMs = Math.min(waitMs * 2, 5000)) {
      try {
        await findOrLaunchPostmaster(place, binaries, cluster, port)
        owner = await becomeOwner()
        log.warn({ port }, 'The embedded database was gone and is back')
        return
      } catch (error) {
        log.warn(
          { reason: error instanceof Error ? error.message : String(error) },
          'The embedded database is gone and does not come back yet',
        )
        await sleep(waitMs)
      }
    }
  }

  log.info({ folder: place.home, port, pid }, 'The embedded database is running')
  return {
    url: `postgres://holdfast:${password}@127.0.0.1:${port}/holdfast`,
    pid,
    async stop() {
      isStopping = true
      await recovery
      await owner?.end().catch(() => undefined) // already broken is as good
      await stopPostmaster(cluster)
    },
  }
}

async function connect(client: Client, folder: string): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '28P01') {
      throw new StartError(
        `The password in ${folder}/postgres.password is not the database's; put the one back that belongs to it.`,
        error,
      )
    }
    throw error
  }
}

async function takeOwnerLock(client: Client, dataDir: string): Promise<void> {
  for (const deadline = performance.now() + ownerPatienceMs; ; await sleep(50)) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [ownerLock])
    if (rows[0]?.taken) return
    if (performance.now() > deadline) {
      throw new StartError(
        `Another Holdfast is already running on the data folder ${dataDir}; stop it, or give this one its own with HOLDFAST_DATA_DIR.`,
      )
    }
  }
}

/** The product uses a role that is no superuser. */
async function ensureDatabase(client: Client, password: string): Promise<void> {
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    `select exists (select from pg_roles where rolname = 'holdfast') as role,
            exists (select from pg_database where datname = 'holdfast') as database`,
  )
  if (!rows[0]?.role) await client.query(`create role holdfast login createdb password ${client.escapeLiteral(password)}`)
  if (!rows[0]?.database) await client.query('create database holdfast owner holdfast')
}
