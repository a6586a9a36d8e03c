import { randomBytes } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, StartError, startErrorFromWrite } from '../embedded/index.ts'

/** Makes the data folder and finds out at once whether it can be written to. */
export async function prepareDataFolder(folder: string): Promise<void> {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await makeFolder(folder, 0o700)
    await writeDurably(probe, randomBytes(4096).toString('hex'))
  } catch (error) {
    throw startErrorFromWrite(error, folder)
  } finally {
    await rm(probe, { force: true }).catch(() => undefined)
  }
}

/** The key that encrypts what the database keeps; made on the first start, readable by its owner only. */
export async function readOrCreateSecretKey(folder: string): Promise<string> {
  const path = join(folder, 'secret-key')
  const key = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return createSecretKey(path, folder)
    throw startErrorFromWrite(error, folder)
  })
  if (key.trim().length < 32)
    throw new StartError(
      `The file ${path} holds no usable key. Restore it from a backup: without it, what was encrypted stays unreadable.`,
    )
  return key.trim()
}

/** The file appears under its name only when it is whole, and of several starts at once one makes it. */
async function createSecretKey(path: string, folder: string): Promise<string> {
  const unfinished = `${path}-${process.pid}`
  try {
    await rm(unfinished, { force: true })
    await writeDurably(unfinished, randomBytes(32).toString('base64url'))
    await link(unfinished, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw startErrorFromWrite(error, folder)
  } finally {
    await rm(unfinished, { force: true })
  }
  return readFile(path, 'utf8')
}

/** Writes a new file to the disk itself; a key that is lost in a power cut is lost for good. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
