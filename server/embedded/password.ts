import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The database's password: read from its 0600 file in the data folder, or made there once. */
export async function readOrCreatePassword(dataDir: string): Promise<string> {
  const path = join(dataDir, 'postgres.password')
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, randomBytes(24).toString('hex'), { mode: 0o600 })
  try {
    await link(unfinished, path) // whole or not at all, and never over one that is there
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(unfinished)
  }
  return (await readFile(path, 'utf8')).trim()
}
