import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'

export interface Migrations {
  /** The PostgreSQL schema the files belong to; it also holds the table of what was applied. */
  schema: string
  directory: URL
}

interface MigrationFile {
  name: string
  sql: string
  checksum: string
}

/**
 * Brings a schema up to date: every numbered `.sql` file of the folder is applied once, in order.
 *
 * Any number of processes may start at the same time: the first one in applies a file, the others wait for its
 * transaction and skip it. A file that starts with `-- no transaction` runs outside of one and must be repeatable.
 * Throws when a file that was applied has been edited since.
 */
export async function migrate(pool: Pool, { schema, directory }: Migrations): Promise<void> {
  if (!/^[a-z_]+$/.test(schema)) throw new Error(`"${schema}" cannot name a schema`)
  const files = await readMigrations(directory)
  const client = await pool.connect()
  try {
    await inTransaction(client, schema, () => prepare(client, schema))
    for (const file of files) await applyOnce(client, schema, file)
  } finally {
    client.release()
  }
}

async function readMigrations(directory: URL): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, directory), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function prepare(client: PoolClient, schema: string): Promise<void> {
  await client.query(`create schema if not exists ${schema}`)
  await client.query(
    `create table if not exists ${schema}.migrations (
       name text primary key,
       checksum text not null,
       applied_at timestamptz not null default now()
     )`,
  )
}

async function applyOnce(client: PoolClient, schema: string, file: MigrationFile): Promise<void> {
  if (await isApplied(client, schema, file)) return
  if (file.sql.startsWith('-- no transaction')) return applyAlone(client, schema, file)
  await inTransaction(client, schema, async () => {
    if (await record(client, schema, file)) await client.query(file.sql)
  })
}

/**
 * Asked for again and again instead of waited for: whoever waits inside a statement is something that
 * `create index concurrently` waits for in turn.
 */
async function applyAlone(client: PoolClient, schema: string, file: MigrationFile): Promise<void> {
  const [key, values] = ['hashtext($1)', [`migrate ${schema} alone`]] as const
  while (!(await isTrue(client, `select pg_try_advisory_lock(${key}) as it`, values))) await sleep(100)
  try {
    if (await isApplied(client, schema, file)) return
    await client.query(file.sql)
    await inTransaction(client, schema, () => record(client, schema, file))
  } finally {
    await isTrue(client, `select pg_advisory_unlock(${key}) as it`, values)
  }
}

async function isTrue(client: PoolClient, text: string, values: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ it: boolean }>(text, [...values])
  return rows[0]?.it === true
}

async function isApplied(client: PoolClient, schema: string, file: MigrationFile): Promise<boolean> {
  const { rows } = await client.query<{ checksum: string }>(`select checksum from ${schema}.migrations where name = $1`, [
    file.name,
  ])
  const applied = rows[0]
  if (applied && applied.checksum !== file.checksum) {
    throw new Error(`Migration ${schema}/${file.name} was edited after it was applied. Restore the file and add a new one.`)
  }
  return applied !== undefined
}

async function record(client: PoolClient, schema: string, file: MigrationFile): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into ${schema}.migrations (name, checksum) values ($1, $2) on conflict (name) do nothing`,
    [file.name, file.checksum],
  )
  return rowCount === 1
}

/** The lock lasts as long as its transaction, so it works through a pooler and no crash can leave it behind. */
async function inTransaction(client: PoolClient, schema: string, work: () => Promise<unknown>): Promise<void> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`migrate ${schema}`])
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
