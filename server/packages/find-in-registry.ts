import { z } from 'zod'
import { isExactVersion } from '#shared/package-name.ts'
import type { RegistryPackage } from '#shared/api.ts'
import { npmCode, npmFailure, npmNotRun } from './npm-failure.ts'
import { runNpm } from './run-npm.ts'

const View = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().catch(''),
  license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]).catch(''),
})
const Tags = z.record(z.string(), z.string())

interface Asking {
  folder: string
  cacheFolder: string
}

/**
 * What the registry says of a package: its newest version, or the one that is named by number or tag. Undefined when
 * there is none. Throws `registry_unavailable` when nobody can be asked.
 */
export async function findInRegistry(asking: Asking, name: string, version = 'latest'): Promise<RegistryPackage | undefined> {
  const exact = isExactVersion(version) ? version : await versionOfTag(asking, name, version)
  if (exact === undefined) return undefined
  const text = await view(asking, [`${name}@${exact}`, 'name', 'version', 'description', 'license'])
  const found = View.safeParse(text === undefined ? undefined : JSON.parse(text))
  return found.success && found.data.name === name && found.data.version === exact ? found.data : undefined
}

async function versionOfTag(asking: Asking, name: string, tag: string): Promise<string | undefined> {
  const text = await view(asking, [name, 'dist-tags'])
  const tags = Tags.safeParse(text === undefined ? undefined : JSON.parse(text))
  const version = tags.success && Object.hasOwn(tags.data, tag) ? tags.data[tag] : undefined
  return version !== undefined && isExactVersion(version) ? version : undefined
}

async function view({ folder, cacheFolder }: Asking, about: string[]): Promise<string | undefined> {
  const what = 'the package could not be looked up'
  const { isOk, stdout, stderr } = await runNpm({
    args: ['view', '--json', '--', ...about],
    cwd: folder,
    cacheFolder,
    timeoutMs: 20_000,
  }).catch((error: unknown) => {
    throw npmNotRun(error, what)
  })
  if (isOk) return stdout.trim() === '' ? undefined : stdout
  if (npmCode(stderr) === 'E404' || npmCode(stderr) === 'ETARGET') return undefined
  throw npmFailure(stderr, what)
}
