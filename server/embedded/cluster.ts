import { execFile } from 'node:child_process'
import { chown, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.ts'
import { isAlive } from './is-alive.ts'
import type { Place } from './place.ts'
import { reasonIn } from './reason-in.ts'
import { StartError } from './start-error.ts'

const run = promisify(execFile)
const majorVersion = '18'
// A fresh cluster takes 50 MB and its log grows before it is reused; less than this ends in the middle of something.
const neededBytes = 250 * 1024 * 1024

/**
 * The folder of PostgreSQL's data, made by initdb when there is none. Made beside and moved into place whole, so a
 * crash or a second process in the middle leaves nothing half made.
 */
export async function findOrCreateCluster(place: Place, binaries: Binaries, password: string): Promise<string> {
  const cluster = join(place.home, 'data')
  const version = await versionOf(cluster)
  if (version === majorVersion) return cluster
  if (version !== undefined) {
    throw new StartError(
      `The database in ${cluster} was made by PostgreSQL ${version} and this Holdfast brings ${majorVersion}; dump it with the Holdfast that made it and load it here.`,
    )
  }
  await removeAbandoned(place.home)
  await requireSpace(place.home)
  const unfinished = `${cluster}.${process.pid}`
  await initialize(unfinished, place, binaries, password)
  try {
    await rename(unfinished, cluster)
  } catch (error) {
    await rm(unfinished, { recursive: true })
    if ((await versionOf(cluster)) === undefined) throw error // else another process was first
  }
  return cluster
}

async function versionOf(cluster: string): Promise<string | undefined> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => undefined)
  return text?.trim()
}

async function initialize(folder: string, place: Place, binaries: Binaries, password: string): Promise<void> {
  const passwordFile = `${folder}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (place.user) await chown(passwordFile, place.user.uid, place.user.gid)
  const args = [
    '-D',
    folder,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--locale=C',
    '--encoding=UTF8',
    '--no-instructions',
  ]
  try {
    await run(binaries.initdb, args, { env: { LC_ALL: 'C', TZ: 'UTC' }, cwd: place.home, ...place.user })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
    if (/No space left/.test(said)) {
      throw new StartError(
        `There is no space left for the embedded database in ${place.home}; free some or choose another folder with HOLDFAST_DATA_DIR.`,
        error,
      )
    }
    throw new StartError(`The embedded database could not be made in ${place.home}: ${reasonIn(said)}`, error)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function requireSpace(home: string): Promise<void> {
  const { bavail, bsize } = await statfs(home)
  if (bavail * bsize >= neededBytes) return
  throw new StartError(
    `There are only ${Math.floor((bavail * bsize) / 1024 ** 2)} MB free for the embedded database in ${home} and it needs ${neededBytes / 1024 ** 2}; free some or choose another folder with HOLDFAST_DATA_DIR.`,
  )
}

/** What a process that died while making a cluster left behind. */
async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = /^data\.(\d+)(\.password)?$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(home, name), { recursive: true, force: true })
  }
}
