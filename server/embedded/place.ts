import { randomBytes } from 'node:crypto'
import { chown, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { ensureSystemFolder, openWayTo, systemFolder } from './reach.ts'
import { StartError, startErrorFromWrite } from './start-error.ts'
import { findOrCreateDatabaseUser } from './system-user.ts'
import type { SystemUser } from './system-user.ts'

/** Where the database lives and as whom it runs. */
export interface Place {
  /** Holds the cluster and its log; belongs to the database's user alone. */
  home: string
  /** Absent when it runs as ourselves. */
  user?: SystemUser
  /** Folders we may open to the database's user. */
  ours: string[]
}

const checkout = dirname(dirname(import.meta.dirname))

/**
 * Finds or makes the database's home: a folder in the data folder, or, when we are root and the user that PostgreSQL
 * runs as may not get there, a folder below /var/lib/holdfast with a note of it in the data folder.
 */
export async function placeFor(dataDir: string): Promise<Place> {
  try {
    await makeFolder(dataDir, 0o700)
    const folder = await realpath(dataDir)
    const ours = [folder, await realpath(checkout)]
    const inside = join(folder, 'postgres')
    if (process.getuid?.() !== 0) return { home: await homeOfOurOwn(inside), ours }

    const noted = await readNote(folder)
    const user = (await ownerOf(noted ?? inside)) ?? (await findOrCreateDatabaseUser())
    if (noted) return { home: await homeFor(noted, user), user, ours }

    const closed = await openWayTo(folder, user, ours)
    if (closed === undefined) return { home: await homeFor(inside, user), user, ours }
    if (await isThere(inside)) {
      throw new StartError(
        `The database in ${inside} can't be reached any more: the folder ${closed} is closed to the user it runs as. Open it with: chmod o+x '${closed}'`,
      )
    }
    const outside = join(systemFolder, randomBytes(6).toString('hex'))
    await ensureSystemFolder()
    await writeNote(folder, outside, closed)
    return { home: await homeFor(outside, user), user, ours }
  } catch (error) {
    throw error instanceof StartError ? error : startErrorFromWrite(error, dataDir)
  }
}

async function homeOfOurOwn(home: string): Promise<string> {
  await makeFolder(home, 0o700)
  const { uid } = await stat(home)
  if (process.getuid && uid !== process.getuid()) {
    throw new StartError(
      `The database in ${home} belongs to another user; start Holdfast as the user who did so first, or choose another folder with HOLDFAST_DATA_DIR.`,
    )
  }
  return home
}

async function homeFor(home: string, user: SystemUser): Promise<string> {
  await makeFolder(home, 0o700)
  await chown(home, user.uid, user.gid)
  return home
}

/** Who a database that is already there belongs to; root's would be one of a run as another user, never PostgreSQL's. */
async function ownerOf(home: string): Promise<SystemUser | undefined> {
  const facts = await stat(home).catch(() => undefined)
  return facts === undefined || facts.uid === 0 ? undefined : { uid: facts.uid, gid: facts.gid }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

const noteIn = (folder: string) => join(folder, 'where-the-database-is.txt')

async function readNote(folder: string): Promise<string | undefined> {
  const text = await readFile(noteIn(folder), 'utf8').catch(() => undefined)
  return text?.split('\n', 1)[0]
}

async function writeNote(folder: string, home: string, closed: string): Promise<void> {
  const why = `The embedded database is kept in the folder above: the user it runs as may not enter ${closed}.`
  await writeFile(noteIn(folder), `${home}\n\n${why}\nKeep this file: without it the database is not found again.\n`)
}
