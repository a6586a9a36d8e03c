import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { usableBinaries } from '#server/embedded/binaries.ts'
import { findOrCreateCluster } from '#server/embedded/cluster.ts'
import { endLeftovers } from '#server/embedded/end-leftovers.ts'
import { placeFor } from '#server/embedded/place.ts'
import { findOrLaunchPostmaster, stopPostmaster } from '#server/embedded/postmaster.ts'
import type { Reaper } from './reaper.ts'

const password = 'chaos-password-of-the-database'

/** A PostgreSQL of the chaos's own, with fsync on, that can be killed, brought back and held still. */
export interface OwnPostgres {
  readonly port: number
  /** Makes an empty database and gives its address, for a role that is no superuser. */
  createDatabase(name: string): Promise<string>
  /** As a power cut takes it: the postmaster and all its backends. */
  kill(): Promise<void>
  bringBack(): Promise<void>
  /** Everything of it stands still until `goOn`. */
  pause(): Promise<void>
  goOn(): Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(dataDir: string, reaper: Reaper): Promise<OwnPostgres> {
  const place = await placeFor(dataDir)
  const binaries = await usableBinaries(place.user, place.ours)
  const cluster = await findOrCreateCluster(place, binaries, password)
  let { port, pid } = await findOrLaunchPostmaster(place, binaries, cluster)
  reaper.watch(pid)
  let paused: number[] = []

  async function admin<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password, database: 'postgres' })
    await client.connect()
    try {
      return await use(client)
    } finally {
      await client.end()
    }
  }

  await admin(async (client) => {
    const { rowCount } = await client.query("select from pg_roles where rolname = 'holdfast'")
    if (rowCount === 0) await client.query(`create role holdfast login password '${password}'`)
  })

  return {
    get port() {
      return port
    },
    async createDatabase(name) {
      await admin((client) => client.query(`create database ${name} owner holdfast`))
      return `postgres://holdfast:${password}@127.0.0.1:${port}/${name}`
    },
    async kill() {
      const all = await family(pid)
      for (const one of all) signal(one, 'SIGKILL')
      // One that was born while they were counted.
      await endLeftovers(cluster)
      reaper.release(pid)
    },
    async bringBack() {
      // The memory of the killed one may be held for a moment by a backend that is still ending.
      for (let tries = 1; ; tries++) {
        try {
          ;({ port, pid } = await findOrLaunchPostmaster(place, binaries, cluster, port))
          reaper.watch(pid)
          return
        } catch (error) {
          if (tries === 50) throw error
          await sleep(100)
        }
      }
    },
    async pause() {
      paused = await family(pid)
      for (const one of paused) signal(one, 'SIGSTOP')
    },
    async goOn() {
      for (const one of paused.splice(0)) signal(one, 'SIGCONT')
    },
    async stop() {
      await stopPostmaster(cluster)
      reaper.release(pid)
    },
  }
}

/** A postmaster and its backends; each backend is a session of its own, so there is no group to address. */
async function family(postmaster: number): Promise<number[]> {
  const members = [postmaster]
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    if (parent === postmaster) members.push(Number(name))
  }
  return members
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error // it has ended by itself
  }
}
