import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { measureFolder } from './measure-folder.ts'
import { npmFailure, npmNotRun } from './npm-failure.ts'
import { integrityIn, rootDependencies } from './package-lock.ts'
import { runNpm } from './run-npm.ts'

export interface Place {
  /** Empty, and away from every other package. */
  folder: string
  cacheFolder: string
  signal: AbortSignal
  onLine: (line: string) => void
}

export interface Installed {
  integrity: string
  lock: string
  files: number
  bytes: number
}

export const packageLimits = { files: 20_000, bytes: 100 * 1024 * 1024 }
const installMs = 5 * 60_000
const lookEveryMs = 1000
const settings = [
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--no-bin-links', '--no-progress', '--loglevel=http'],
  ...[
    '--save-exact',
    '--omit-lockfile-registry-resolved',
    '--allow-git=none',
    '--allow-remote=none',
    '--allow-file=none',
    '--allow-directory=none',
  ],
]

const Manifest = z.object({
  types: z.unknown().optional(),
  typings: z.unknown().optional(),
  exports: z.unknown().optional(),
})

/**
 * Installs one package in one version, with what it depends on and with types from `@types` when it has none of its
 * own. No script of any package runs. Gives what is needed to install the very same again.
 */
export async function installPackage(place: Place, name: string, version: string): Promise<Installed> {
  await writeManifest(place, {})
  await npm(place, ['install', ...settings, '--', `${name}@${version}`], 'the package could not be installed')
  if (!name.startsWith('@types/') && !(await hasTypes(place.folder, name))) await addTypes(place, name, version)
  const lock = await readFile(join(place.folder, 'package-lock.json'), 'utf8')
  return { integrity: integrityIn(lock, name), lock, ...(await measured(place)) }
}

/** Installs what was installed before, here or on another server: npm compares each package with its recorded checksum. */
export async function installFromLock(place: Place, lock: string): Promise<void> {
  await writeManifest(place, rootDependencies(lock))
  await writeFile(join(place.folder, 'package-lock.json'), lock)
  await npm(place, ['ci', ...settings], 'the package could not be installed again on this server')
  await measured(place)
}

async function writeManifest({ folder }: Place, dependencies: { [name: string]: string }): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'packages', private: true, dependencies }))
}

async function npm(place: Place, args: string[], what: string): Promise<void> {
  const grown = new AbortController()
  const watch = setInterval(() => {
    void measureFolder(place.folder, packageLimits).then((size) => isWithinLimits(size) || grown.abort(tooLarge()))
  }, lookEveryMs)
  try {
    const { isOk, stderr } = await runNpm({
      args,
      cwd: place.folder,
      cacheFolder: place.cacheFolder,
      timeoutMs: installMs,
      signal: AbortSignal.any([place.signal, grown.signal]),
      onLine: place.onLine,
    }).catch((error: unknown) => {
      throw error instanceof AppError ? error : npmNotRun(error, what)
    })
    if (!isOk) throw npmFailure(stderr, what)
  } finally {
    clearInterval(watch)
  }
}

async function hasTypes(folder: string, name: string): Promise<boolean> {
  const own = join(folder, 'node_modules', name)
  const text = await readFile(join(own, 'package.json'), 'utf8').catch(() => '{}')
  const manifest = Manifest.safeParse(JSON.parse(text)).data ?? {}
  if (typeof manifest.types === 'string' || typeof manifest.typings === 'string') return true
  if (/"[^"]*\.d\.[cm]?ts"/.test(JSON.stringify(manifest.exports ?? ''))) return true
  return readFile(join(own, 'index.d.ts')).then(
    () => true,
    () => false,
  )
}

/** Types are a help to whoever writes code and nothing that runs: without them the package is as good. */
async function addTypes(place: Place, name: string, version: string): Promise<void> {
  const types = `@types/${name.replace(/^@/, '').replace('/', '__')}`
  const [major = '0'] = version.split('.')
  for (const wanted of [`${types}@${major}`, `${types}@latest`]) {
    try {
      await npm(place, ['install', ...settings, '--', wanted], 'its types could not be installed')
      place.onLine(`Types come from ${types}`)
      return
    } catch (error) {
      if (place.signal.aborted) throw error
    }
  }
  place.onLine('No types were found for it')
}

async function measured({ folder }: Place): Promise<{ files: number; bytes: number }> {
  const { files, bytes, odd } = await measureFolder(folder, packageLimits)
  if (odd !== undefined) throw new AppError('invalid_request', `It holds something that is no file: ${odd}.`)
  if (!isWithinLimits({ files, bytes })) throw tooLarge()
  return { files, bytes }
}

function isWithinLimits({ files, bytes }: { files: number; bytes: number }): boolean {
  return files <= packageLimits.files && bytes <= packageLimits.bytes
}

function tooLarge(): AppError {
  const { files, bytes } = packageLimits
  return new AppError(
    'too_large',
    `With all it depends on it is larger than ${bytes / 1024 ** 2} MiB or ${files.toLocaleString('en')} files, the most a package may have.`,
  )
}
