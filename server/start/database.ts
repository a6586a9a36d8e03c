import { Pool } from 'pg'
import { ensureInstance } from '../db/ensure-instance.ts'
import { updateKeyCheck } from '../db/update-key-check.ts'
import { readDatabaseVersion } from '../db/database-version.ts'
import { StartError } from '../embedded/index.ts'
import { newId } from '../new-id.ts'
import { keyFor } from './secrets.ts'
import { engineMigrations, migrate, type Log } from '#engine/index.ts'

const oldestVersion = 140_000
/** A query without an answer by then is taken for lost: its connection can have gone dead without a word. */
const answerWithinMs = 15_000

/** Connects to PostgreSQL; throws a StartError that says in a sentence what is wrong with the address or the server. */
export async function connectDatabase(url: string, log: Log): Promise<Pool> {
  const pool = new Pool({
    connectionString: url,
    max: 20,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: answerWithinMs,
    application_name: 'holdfast',
  })
  // A connection that breaks while nobody uses it is replaced by the pool; whoever has one hears of it by what they ask.
  pool.on('connect', (client) => client.on('error', () => undefined))
  pool.on('error', (error) => log.warn({ err: error }, 'a database connection was lost'))
  try {
    const { version, number } = await readDatabaseVersion(pool)
    if (number < oldestVersion) throw new StartError(`The database is PostgreSQL ${version}; Holdfast needs 14 or newer.`)
    return pool
  } catch (error) {
    await pool.end()
    throw error instanceof StartError ? error : startErrorFrom(error, url)
  }
}

/** Brings the tables up to date and makes sure that this server holds the key the database was first used with. */
export async function prepareDatabase(pool: Pool, secretKey: string, previousKey?: string): Promise<{ workspaceId: string }> {
  await bringUpToDate(pool)
  const keyCheck = keyCheckOf(secretKey)
  const instance = await ensureInstance(pool, { workspaceId: newId('workspace'), keyCheck })
  if (instance.keyCheck !== keyCheck && !(await becomesKeyOf(pool, keyCheck, previousKey)))
    throw new StartError(
      'HOLDFAST_SECRET_KEY is not the key this database was first used with. Set the same key again, or set HOLDFAST_SECRET_KEY_PREVIOUS to it: nothing it encrypted can be read with another.',
    )
  return { workspaceId: instance.workspaceId }
}

/** A key is changed by whoever has the one before it too. */
async function becomesKeyOf(pool: Pool, keyCheck: string, previousKey: string | undefined): Promise<boolean> {
  return previousKey !== undefined && updateKeyCheck(pool, { before: keyCheckOf(previousKey), now: keyCheck })
}

function keyCheckOf(secretKey: string): string {
  return Buffer.from(keyFor('key check', secretKey)).toString('base64url')
}

/** A migration may take as long as it takes. */
async function bringUpToDate(pool: Pool): Promise<void> {
  const patient = new Pool({ ...pool.options, max: 1, query_timeout: 0 })
  try {
    await migrate(patient, engineMigrations)
    await migrate(patient, { schema: 'app', directory: new URL('../db/migrations/', import.meta.url) })
  } finally {
    await patient.end()
  }
}

function startErrorFrom(error: unknown, url: string): StartError {
  const { hostname, port, pathname, username } = new URL(url)
  const host = `${hostname || 'the local socket'}${port === '' ? '' : `:${port}`}`
  const database = decodeURIComponent(pathname.slice(1))
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const message = cause instanceof Error ? cause.message : String(cause)
  const sentence = () => {
    switch (code) {
      case 'ECONNREFUSED':
        return `nothing listens at ${host}`
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return `the host ${hostname} can't be found`
      case 'ETIMEDOUT':
      case 'EHOSTUNREACH':
      case 'ENETUNREACH':
        return `${host} can't be reached`
      case '28P01':
      case '28000':
        return `${host} refuses the user ${decodeURIComponent(username)} or the password`
      case '3D000':
        return `there is no database ${database} at ${host}`
      default:
        return /timeout|terminated/i.test(message)
          ? `${host} doesn't answer as a PostgreSQL server`
          : `${host} answers: ${message}`
    }
  }
  return new StartError(`DATABASE_URL can't be used: ${sentence()}.`, error)
}
