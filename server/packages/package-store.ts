import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/errors.ts'
import { makeFolder } from '../embedded/index.ts'
import { installFromLock, installPackage, type Installed, type Place } from './install-package.ts'

export interface StoredPackage {
  name: string
  version: string
  lock: string
}

export interface PackageStore {
  /** A folder for asking npm something, and its cache. */
  desk(): Promise<{ folder: string; cacheFolder: string }>
  /** Installs a package anew and keeps it. */
  add(name: string, version: string, onLine: (line: string) => void): Promise<Installed>
  /** The folder of a package that some server installed: its copy here, or one that is made now. */
  folderOf(stored: StoredPackage): Promise<string>
  stop(): void
}

const unfinished = 'making-'
const givenUpMs = 60 * 60_000

/**
 * Packages on this server's disk, a folder for each version and everything it came with. A folder appears under its
 * name only when it is whole, so whatever is there is whole, and of several processes at once one makes it.
 */
export function createPackageStore(root: string): PackageStore {
  const stopping = new AbortController()
  const cacheFolder = join(root, '.npm')
  const asked = new Map<string, Promise<string>>()

  async function desk() {
    const folder = join(root, '.desk')
    await makeFolder(root, 0o700)
    await makeFolder(folder, 0o700)
    return { folder, cacheFolder }
  }

  async function make<T>(
    onLine: (line: string) => void,
    fill: (place: Place) => Promise<T>,
    nameOf: (made: T) => string,
  ): Promise<T> {
    await makeFolder(root, 0o700)
    await sweep(root)
    const folder = join(root, `${unfinished}${randomUUID()}`)
    await mkdir(folder, { mode: 0o700 })
    try {
      const made = await fill({ folder, cacheFolder, signal: stopping.signal, onLine })
      await rename(folder, join(root, nameOf(made))).catch(async (error: unknown) => {
        if (!(await isFolder(join(root, nameOf(made))))) throw error // else another process was faster
      })
      return made
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  async function put(stored: StoredPackage): Promise<string> {
    const folder = join(root, folderName(stored))
    if (!(await isFolder(folder)))
      await make(
        () => undefined,
        (place) => installFromLock(place, stored.lock),
        () => folderName(stored),
      )
    return folder
  }

  return {
    desk,
    add: (name, version, onLine) =>
      make(
        onLine,
        (place) => installPackage(place, name, version),
        ({ lock }) => folderName({ name, version, lock }),
      ),
    async folderOf(stored) {
      const key = folderName(stored)
      const before = asked.get(key)
      const folder = before ?? put(stored).finally(() => asked.delete(key))
      if (before === undefined) asked.set(key, folder)
      return folder
    },
    stop: () => stopping.abort(new AppError('stopped', 'The server was stopped in the middle of it. Try again.')),
  }
}

/** The same name is the same files to the byte: the lock holds the checksum of every package in the tree. */
export function lockHash(lock: string): string {
  return createHash('sha256').update(lock).digest('hex').slice(0, 24)
}

function folderName({ name, version, lock }: StoredPackage): string {
  return `${name.replace('/', '+')}@${version}-${lockHash(lock)}`
}

/** Removes what processes left behind that were killed in the middle. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!name.startsWith(unfinished)) continue
    const facts = await stat(join(root, name)).catch(() => undefined)
    if (facts !== undefined && Date.now() - facts.mtimeMs > givenUpMs)
      await rm(join(root, name), { recursive: true, force: true })
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
}
