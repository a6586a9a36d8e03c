import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Pool } from 'pg'
import { migrate } from '../db/migrate.ts'
import type { Migrations } from '../db/migrate.ts'

export interface TestDatabase {
  url: string
  pool: Pool
  /** Ends the pool and removes the database; whoever is connected gets 15 seconds to leave. */
  drop(): Promise<void>
}

const engineMigrations: Migrations = { schema: 'engine', directory: new URL('../db/migrations/', import.meta.url) }

/**
 * A migrated database for one test file, cloned from a template that is built once for each state of the migrations.
 * The engine's are always in it; `more` adds others. `TEST_DATABASE_URL` says where; vitest's global set-up sets it.
 */
export async function createTestDatabase(more: Migrations[] = []): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL']
  if (server === undefined)
    throw new Error(
      'TEST_DATABASE_URL is not set: run the tests with vitest, or set it to a PostgreSQL that may create databases',
    )
  const migrations = [engineMigrations, ...more]
  const name = `holdfast_test_${randomBytes(8).toString('hex')}`
  await withClient(server, async (admin) => {
    const template = `holdfast_template_${await checksumOf(migrations)}`
    // One builder at a time, and nobody may be connected to a template while it is copied.
    await admin.query('select pg_advisory_lock(hashtext($1))', [template])
    await buildOnce(admin, server, template, migrations)
    await admin.query(`create database ${name} template ${template}`)
  })
  const url = addressOf(server, name)
  const pool = new Pool({ connectionString: url, max: 10 })
  return {
    url,
    pool,
    async drop() {
      await pool.end()
      await withClient(server, async (admin) => {
        await untilUnused(admin, name)
        await admin.query(`drop database if exists ${name} with (force)`)
      })
    },
  }
}

/**
 * A pool's end does not wait for its connections to close. Cut while they say goodbye, they report an error that
 * nobody listens to any more, so they get a moment.
 */
async function untilUnused(admin: Client, name: string): Promise<void> {
  for (const deadline = performance.now() + 15_000; performance.now() < deadline; await sleep(10)) {
    const { rowCount } = await admin.query('select from pg_stat_activity where datname = $1 limit 1', [name])
    if (rowCount === 0) return
  }
}

async function buildOnce(admin: Client, server: string, template: string, migrations: Migrations[]): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [template])
  if (rowCount === 1) return
  const unfinished = `${template}_unfinished`
  await admin.query(`drop database if exists ${unfinished} with (force)`)
  await admin.query(`create database ${unfinished}`)
  const pool = new Pool({ connectionString: addressOf(server, unfinished), max: 2 })
  try {
    for (const migration of migrations) await migrate(pool, migration)
  } finally {
    await pool.end()
  }
  await admin.query(`alter database ${unfinished} rename to ${template}`)
}

async function checksumOf(migrations: Migrations[]): Promise<string> {
  const hash = createHash('sha256')
  for (const { schema, directory } of migrations) {
    hash.update(`\0${schema}\0`)
    for (const file of (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()) {
      hash.update(`${file}\0`).update(await readFile(new URL(file, directory)))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

function addressOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
