import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCommand } from '../run-command.ts'

export interface Ended {
  exitCode: number
  out: string
  err: string
}

/** A folder of somebody's machine, and `holdfast` called in it. */
export interface Workplace {
  dir: string
  holdfast(...args: string[]): Promise<Ended>
  read(path: string): Promise<string>
  write(path: string, text: string | Uint8Array): Promise<void>
  /** Every file below a folder with what it holds. */
  files(path?: string): Promise<{ [path: string]: string }>
  remove(): void
}

export function makeWorkplace(environment: { [name: string]: string }): Workplace {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
  return {
    dir,
    async holdfast(...args) {
      let out = ''
      let err = ''
      const exitCode = await runCommand(args, {
        cwd: dir,
        environment,
        out: (text) => (out += text),
        err: (text) => (err += text),
        hasColours: false,
      })
      return { exitCode, out, err }
    },
    read: (path) => readFile(join(dir, path), 'utf8'),
    async write(path, text) {
      await mkdir(dirname(join(dir, path)), { recursive: true })
      await writeFile(join(dir, path), text)
    },
    async files(path = '.') {
      const found: { [path: string]: string } = {}
      for (const entry of await readdir(join(dir, path), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const file = join(entry.parentPath, entry.name)
        found[file.slice(join(dir, path).length + 1)] = await readFile(file, 'latin1')
      }
      return found
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
