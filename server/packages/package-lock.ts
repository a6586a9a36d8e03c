import { z } from 'zod'
import { AppError } from '#shared/errors.ts'

const Entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
})
const Lock = z.object({ packages: z.record(z.string(), Entry) })

/** What was asked for directly, each in one version: what `package.json` says beside this lock. */
export function rootDependencies(lock: string): { [name: string]: string } {
  return Lock.parse(JSON.parse(lock)).packages['']?.dependencies ?? {}
}

/**
 * The checksum the registry gave for a package, read from what npm wrote down. Throws when something in the tree comes
 * from elsewhere than the registry, or without a checksum: then nobody could install the same again.
 */
export function integrityIn(lock: string, name: string): string {
  const { packages } = Lock.parse(JSON.parse(lock))
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.inBundle === true) continue
    const isFromRegistry = entry.resolved === undefined && entry.link !== true && entry.integrity !== undefined
    if (!isFromRegistry || !path.startsWith('node_modules/'))
      throw new AppError(
        'invalid_request',
        `It needs ${path.replace(/^.*node_modules\//, '')}, which doesn’t come from the npm registry.`,
      )
  }
  const integrity = packages[`node_modules/${name}`]?.integrity
  if (integrity === undefined) throw new AppError('invalid_request', `npm installed no package called ${name}.`)
  return integrity
}
