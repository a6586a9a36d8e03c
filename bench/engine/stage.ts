import { startEmbeddedPostgres } from '#server/embedded/index.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Scoreboard } from './scoreboard.ts'

/** What every group of measurements gets: one PostgreSQL, the peers, where results go, and how long it may take. */
export interface Stage {
  board: Scoreboard
  folder: string
  peers: string
  /** Makes an empty database and gives its address. */
  database(name: string): Promise<string>
  /** Short rounds, alternating, of so many seconds each. */
  rounds: number
  seconds: number
  /** A quick look: a hundredth of the rows. */
  quick: boolean
}

export interface StagePostgres {
  folder: string
  database(name: string): Promise<string>
  stop(): Promise<void>
}

/** A PostgreSQL as the product brings it, fsync and synchronous_commit on; refuses to measure without. */
export async function startStagePostgres(): Promise<StagePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-engine-'))
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: { info: () => {}, warn: console.warn } })
  async function withAdmin<T>(act: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
    try {
      return await act(client)
    } finally {
      await client.end()
    }
  }
  await withAdmin(async (client) => {
    for (const setting of ['fsync', 'synchronous_commit']) {
      const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [setting])
      if (rows[0]?.value !== 'on') throw new Error(`PostgreSQL runs with ${setting} ${rows[0]?.value}: nothing to compare`)
    }
  })
  return {
    folder,
    async database(name) {
      await withAdmin((client) => client.query(`create database ${name}`))
      const url = new URL(postgres.url)
      url.pathname = `/${name}`
      return url.href
    },
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
