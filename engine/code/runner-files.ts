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
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** What a runner needs to be able to read, and nothing else. */
export interface RunnerFiles {
  node: string
  addon: string
}

/**
 * Finds the runner's files. When another user runs it and a folder above them is closed to that user, they are put
 * under `openFolder`, once for each version of them.
 */
export function runnerFiles(options: { asOtherUser: boolean; openFolder: string }): RunnerFiles {
  const own = { node: process.execPath, addon: addonFile() }
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
  const version = createHash('sha256').update(process.version).update(readFileSync(own.addon))
  const target = join(openFolder, `sandbox-${version.digest('hex').slice(0, 16)}`)
  const files = { node: join(target, 'node'), addon: join(target, basename(own.addon)) }
  if (existsSync(target)) return files

  // A strict umask takes away from the mode that a folder is made with, so each is opened afterwards.
  if (mkdirSync(openFolder, { recursive: true }) !== undefined) chmodSync(openFolder, 0o755)
  const made = mkdtempSync(join(openFolder, 'making-'))
  chmodSync(made, 0o755)
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
