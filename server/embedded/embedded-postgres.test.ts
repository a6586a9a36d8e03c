import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { startEmbeddedPostgres } from './index.ts'
import { isAlive } from './is-alive.ts'
import { allows } from './reach.ts'

const log = { info: () => undefined, warn: () => undefined }
const nobody = { uid: 65_534, gid: 65_534 }
const isRoot = process.getuid?.() === 0
const Held = z.object({ url: z.string(), pid: z.number() })
const holder = join(import.meta.dirname, 'testing', 'hold-database.ts')

/** Runs when the test is over, after what was registered later: databases stop before their folders go. */
function removeAfterTest(folder: string): void {
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-embedded-'))
  removeAfterTest(folder)
  return folder
}

async function start(dataDir: string) {
  const database = await startEmbeddedPostgres({ dataDir, log })
  onTestFinished(() => database.stop())
  return database
}

/** Runs the holder in a process group of its own; gives its database, or what it said when it could not start. */
async function hold(dataDir: string, user?: typeof nobody) {
  const child = spawn(process.execPath, [holder, dataDir], { detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...user })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const exit = once(child, 'close') // not `exit`: its last words may come after that
  const first = await Promise.race([once(child.stdout, 'data'), exit.then(() => undefined)])
  const database = first && Held.parse(JSON.parse(String(first[0])))
  return { child, exit, database, said: () => said }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined) // told to whoever awaits an answer as well
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('the embedded database', () => {
  test('outlives a kill -9 of its Holdfast and is taken over by the next one, with everything committed', async () => {
    const dataDir = await newFolder()
    const first = await hold(dataDir)
    const { url, pid } = first.database ?? expect.fail(first.said())
    await query(url, "create table kept as select 'yes' as answer")
    process.kill(-(first.child.pid ?? NaN), 'SIGKILL') // the whole group, as a closed terminal would
    await first.exit

    const second = await start(dataDir)

    expect(second.pid).toBe(pid)
    expect(second.url).toBe(url)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 'yes' }])
  })

  test('is durable, UTF-8, in locale C, and reachable only on loopback with the password', async () => {
    const dataDir = await newFolder()
    const { url } = await start(dataDir)

    const wanted = {
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
    }
    const names = Object.keys(wanted).map((name) => `current_setting('${name}') as ${name}`)
    expect(await query(url, `select ${names.join(', ')}`)).toEqual([wanted])
    expect(await query(url, "select datcollate as locale from pg_database where datname = 'holdfast'")).toEqual([{ locale: 'C' }])
    expect(await query(url, 'select rolsuper as super from pg_roles where rolname = current_user')).toEqual([{ super: false }])
    const wrong = new URL(url)
    wrong.password = 'guess'
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600)
  })

  test('writes nothing in its log of statements that fail, which strangers can make many of', async () => {
    const dataDir = await newFolder()
    const { url } = await start(dataDir)
    await expect(query(url, "select 'what a stranger sent' / 0")).rejects.toMatchObject({ severity: 'ERROR' })
    const said = await readFile(join(dataDir, 'postgres', 'postgres.log'), 'utf8')
    expect(said).toContain('ready to accept connections')
    expect(said).not.toContain('ERROR')
  })

  test('is stopped with its Holdfast and keeps its data', async () => {
    const dataDir = await newFolder()
    const first = await hold(dataDir)
    const { url, pid } = first.database ?? expect.fail(first.said())
    await query(url, 'create table kept as select 7 as n')
    first.child.kill('SIGTERM')
    expect(await first.exit).toEqual([0, null])
    expect(isAlive(pid)).toBe(false)

    const second = await start(dataDir)
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
  })

  test('refuses a second Holdfast on the same folder and says what to do', async () => {
    const dataDir = await newFolder()
    await start(dataDir)
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
      /Another Holdfast is already running on the data folder .* HOLDFAST_DATA_DIR/,
    )
  })

  test('starts over a process id file that points at a stranger', async () => {
    const dataDir = await newFolder()
    const first = await startEmbeddedPostgres({ dataDir, log })
    await first.stop()
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid')
    await writeFile(pidFile, `${process.pid}\n${dirname(pidFile)}\n1\n5432\n\n127.0.0.1\n0 0\nready   \n`)

    const second = await start(dataDir)
    expect(second.pid).not.toBe(process.pid)
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test.runIf(process.platform === 'linux')(
    'starts though a session of the one before, which was killed, never ends',
    async () => {
      const dataDir = await newFolder()
      const { child, exit, database } = await hold(dataDir)
      const session = new Client({ connectionString: database?.url })
      session.on('error', () => undefined)
      await session.connect()
      const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid')
      const backend = rows[0]?.pid ?? 0
      process.kill(-(child.pid ?? 0), 'SIGKILL')
      await exit
      // A session that stands still holds the memory of its server as one does that waits for a lock nobody will release.
      process.kill(backend, 'SIGSTOP')
      process.kill(database?.pid ?? 0, 'SIGKILL')
      const next = await start(dataDir)
      expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }])
    },
  )

  test('is brought back on the same address when it dies', async () => {
    const dataDir = await newFolder()
    const { url, pid } = await start(dataDir)
    await query(url, 'create table kept as select 7 as n')
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => query(url, 'select n from kept').catch(() => 'not yet')).toEqual([{ n: 7 }])
  })
})

// Below a folder that only root may enter, another user can't run this checkout's programs at all.
const isOpenTo = async (folder: string): Promise<boolean> =>
  allows(await stat(folder), nobody, 1) && (folder === dirname(folder) || isOpenTo(dirname(folder)))
const isCheckoutReachable = await isOpenTo(import.meta.dirname)

describe.runIf(isRoot)('started by root', () => {
  test('it lives elsewhere, with a note, when its user may not enter the folder above the data folder', async () => {
    const closed = await newFolder()
    await chmod(closed, 0o700)
    const dataDir = join(closed, 'data')
    const first = await startEmbeddedPostgres({ dataDir, log })
    await query(first.url, 'create table kept as select 7 as n')
    await first.stop()

    const [home = ''] = (await readFile(join(dataDir, 'where-the-database-is.txt'), 'utf8')).split('\n')
    removeAfterTest(home)
    expect(dirname(home)).toBe('/var/lib/holdfast')
    expect((await stat(home)).uid).not.toBe(0)
    expect((await stat(closed)).mode & 0o777).toBe(0o700)

    const second = await start(dataDir)
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
  })

  describe.runIf(isCheckoutReachable)('but run as a normal user', () => {
    test('it starts as that user', async () => {
      const dataDir = await newFolder()
      await chown(dataDir, nobody.uid, nobody.gid)
      const held = await hold(dataDir, nobody)
      const { url, pid } = held.database ?? expect.fail(held.said())
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
      expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid)
      held.child.kill('SIGTERM')
      expect(await held.exit).toEqual([0, null])
    })

    test('it says so when the data folder cannot be written to', async () => {
      const parent = await newFolder()
      await chmod(parent, 0o755)
      await mkdir(join(parent, 'data'))
      const held = await hold(join(parent, 'data'), nobody)
      await held.exit
      expect(held.said()).toBe(
        `The data folder ${join(parent, 'data')} can't be written to; make it writable or choose another with HOLDFAST_DATA_DIR.`,
      )
    })
  })
})
