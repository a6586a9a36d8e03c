import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a runner needs to be able to read, and nothing else. */
export interface RunnerFiles {
  node: string
  folder: string
  addon: string
}

/**
 * Finds the runner's files. When another user runs it and a folder above them is closed to that user, they are put
 * under `openFolder`, once for each version of them.
 */
export function runnerFiles(options: { asOtherUser: boolean; openFolder: string }): RunnerFiles {
  const own = { node: process.execPath, folder: fileURLToPath(new URL('./runner/', import.meta.url)), addon: addonFile() }
  if (!options.asOtherUser || Object.values(own).every(isOpenToAll)) return own
  return copyFiles(own, options.openFolder)
}

/** The prebuilt addon is loaded as a file: no install script of the package ever runs. */
function addonFile(): string {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('isolated-vm/package.json')),
    'prebuilds',
    `${process.platform}-${process.arch}`,
  )
  const libc = process.platform === 'linux' ? (existsSync('/etc/alpine-release') ? '.musl' : '.glibc') : ''
  const file = join(folder, `isolated-vm.abi${process.versions.modules}${libc}.node`)
  if (!existsSync(file))
    throw new Error(
      `There is no isolate addon for Node ${process.versions.node} on ${process.platform} ${process.arch}: ${basename(file)} is missing`,
    )
  return file
}

function isOpenToAll(path: string): boolean {
  const stat = statSync(path)
  const needed = stat.isDirectory() ? 0o5 : 0o4
  if ((stat.mode & needed) !== needed) return false
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o1) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

function copyFiles(own: RunnerFiles, openFolder: string): RunnerFiles {
  const sources = readdirSync(own.folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const version = createHash('sha256').update(process.version)
  for (const file of [...sources.map((name) => join(own.folder, name)), own.addon]) version.update(readFileSync(file))
  const target = join(openFolder, `sandbox-${version.digest('hex').slice(0, 16)}`)
  const files = { node: join(target, 'node'), folder: join(target, 'runner/'), addon: join(target, basename(own.addon)) }
  if (existsSync(target)) return files

  // A strict umask takes away from the mode that a folder is made with, so each is opened afterwards.
  if (mkdirSync(openFolder, { recursive: true }) !== undefined) chmodSync(openFolder, 0o755)
  const made = mkdtempSync(join(openFolder, 'making-'))
  mkdirSync(join(made, 'runner'))
  for (const folder of [made, join(made, 'runner')]) chmodSync(folder, 0o755)
  for (const name of sources) copyOpen(join(own.folder, name), join(made, 'runner', name), 0o644)
  copyOpen(own.addon, join(made, basename(own.addon)), 0o644)
  linkOrCopy(own.node, join(made, 'node'))
  try {
    renameSync(made, target)
  } catch (error) {
    // Another process was faster; its copy is the same.
    rmSync(made, { recursive: true, force: true })
    accessSync(files.node, constants.X_OK)
    if (!existsSync(files.addon)) throw error
  }
  return files
}

function copyOpen(from: string, to: string, mode: number): void {
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
  chmodSync(to, mode)
}

/** A second name for a large file where that works; the file's own mode must then let others run it. */
function linkOrCopy(from: string, to: string): void {
  if ((statSync(from).mode & 0o5) === 0o5) {
    try {
      linkSync(from, to)
      return
    } catch (error) {
      if (
        !(
          error instanceof Error &&
          'code' in error &&
          (error.code === 'EXDEV' || error.code === 'EPERM' || error.code === 'EMLINK')
        )
      )
        throw error
    }
  }
  copyOpen(from, to, 0o755)
}
