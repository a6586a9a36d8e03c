import { createHash, randomBytes } from 'node:crypto'
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { CommandError, exitCodes } from './command-error.ts'

/** No file that a flow consists of is larger. */
const mostBytes = 64 * 1024 ** 2
const safePath = /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+)*$/

/** A flow's folder. Paths are relative to it and lead nowhere else: no `..`, and through no symbolic link. */
export interface Folder {
  readonly dir: string
  /** The text of a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>
  /** Replaces a file as a whole, or not at all. */
  write(path: string, text: string): Promise<void>
  remove(path: string): Promise<void>
  /** Puts what a file holds now aside, where no command looks; gives the place. */
  keepCopy(path: string): Promise<string | undefined>
}

export function openFolder(dir: string): Folder {
  const root = resolve(dir)

  async function place(path: string): Promise<string> {
    if (!safePath.test(path)) throw new CommandError(exitCodes.usage, `"${path}" is no name of a file in a flow's folder.`)
    const parts = path.split('/')
    for (let count = 1; count <= parts.length; count++) {
      const part = parts.slice(0, count).join('/')
      const found = await lookAt(join(root, part))
      const isLast = count === parts.length
      if (found === undefined) break
      if (found.isSymbolicLink())
        throw refused(part, 'is a symbolic link, and could lead out of the folder. Replace it by the file or folder itself.')
      if (isLast ? !found.isFile() : !found.isDirectory())
        throw refused(part, `is in the way: a ${isLast ? 'file' : 'folder'} belongs there. Move it elsewhere.`)
      if (isLast && found.size > mostBytes)
        throw refused(part, `is larger than ${mostBytes / 1024 ** 2} MiB, more than a flow may be.`)
    }
    return join(root, path)
  }

  function refused(part: string, what: string): CommandError {
    return new CommandError(exitCodes.usage, `${join(dir, part)} ${what}`)
  }

  async function read(path: string): Promise<string | undefined> {
    const file = await place(path)
    const bytes = await readFile(file).catch(ifMissing(undefined))
    if (bytes === undefined) return undefined
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch (cause) {
      throw new CommandError(exitCodes.usage, `${join(dir, path)} is not UTF-8 text. Save it as UTF-8.`, cause)
    }
  }

  async function write(path: string, text: string): Promise<void> {
    const file = await place(path)
    await mkdir(dirname(file), { recursive: true })
    // In one move: an editor that watches the file never sees half of it, and a crash leaves the old one.
    const fresh = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
    try {
      const handle = await open(fresh, 'wx')
      try {
        await handle.writeFile(text)
      } finally {
        await handle.close()
      }
      await rename(fresh, file)
    } catch (error) {
      await rm(fresh, { force: true })
      throw error
    }
  }

  return {
    dir,
    read,
    write,
    async remove(path) {
      await rm(await place(path), { force: true })
    },
    async keepCopy(path) {
      const text = await read(path)
      if (text === undefined) return undefined
      const copy = `.holdfast/overwritten/${path}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
      if ((await read('.holdfast/.gitignore')) === undefined) await write('.holdfast/.gitignore', '*\n')
      await write(copy, text)
      return copy
    },
  }
}

async function lookAt(file: string) {
  return lstat(file).catch(ifMissing(undefined))
}

function ifMissing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return value
    throw error
  }
}
