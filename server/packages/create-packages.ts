import type { Pool } from 'pg'
import { type CodePackage, createKnown, type Log } from '#engine/index.ts'
import type { PackageTypes, RegistryPackage } from '#shared/api.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { failPackage } from '../db/fail-package.ts'
import { finishPackage } from '../db/finish-package.ts'
import { listPackageLocks } from '../db/list-package-locks.ts'
import { reportPackage } from '../db/report-package.ts'
import { findInRegistry } from './find-in-registry.ts'
import { createInstallLog } from './install-log.ts'
import { createPackageStore, lockHash } from './package-store.ts'
import { packageTypes } from './package-types.ts'

/** A row of the list that is to be filled. */
export interface Installation {
  workspaceId: string
  name: string
  version: string
  installId: string
  /** The checksum this very version had before. */
  integrity: string | null
}

export interface Packages {
  /** Undefined when the registry has none; throws `registry_unavailable` when it can't be asked. */
  lookUp(name: string, version?: string): Promise<RegistryPackage | undefined>
  /** Installs in the background; how it goes is written to the package's row. */
  install(installation: Installation): void
  /** Those of the named packages that are in the workspace's list, each on this server's disk if it can be had. */
  prepare(workspaceId: string, names: readonly string[]): Promise<CodePackage[]>
  /** The declarations of those of the named packages that are ready. */
  types(workspaceId: string, names: readonly string[]): Promise<PackageTypes[]>
  /** Ends installations; they are shown as failed after a while. */
  stop(): Promise<void>
}

const reportEveryMs = 500
const beatEveryMs = 10_000
/** Packages whose declarations are kept in memory, some MiB each at most. */
const mostTypes = 8

/** The npm packages of workspaces: the database says which and to the byte what, the disk below `folder` has copies. */
export function createPackages({ pool, folder, log }: { pool: Pool; folder: string; log: Log }): Packages {
  const store = createPackageStore(folder)
  const typesOf = createKnown<PackageTypes>(mostTypes)
  const underWay = new Set<Promise<void>>()

  async function carryOut({ workspaceId, name, version, installId, integrity }: Installation): Promise<void> {
    const said = createInstallLog()
    const row = { workspaceId, name, installId, lines: said.lines }
    let reported = -1
    let reportedMs = 0
    const report = setInterval(() => {
      const isNews = reported !== said.lines.length || performance.now() - reportedMs > beatEveryMs
      if (!isNews) return
      reported = said.lines.length
      reportedMs = performance.now()
      // What could not be written now is written with what comes next.
      reportPackage(pool, row).catch(() => undefined)
    }, reportEveryMs)
    try {
      said.add(`Installing ${name} ${version}`)
      const installed = await store.add(name, version, said.add)
      if (integrity !== null && integrity !== installed.integrity)
        throw new AppError(
          'invalid_request',
          `${name} ${version} isn’t what it was when it was added first: its checksum changed.`,
        )
      said.add(`Installed ${installed.files} files, ${(installed.bytes / 1024 ** 2).toFixed(1)} MiB`)
      clearInterval(report)
      await finishPackage(pool, { ...row, ...installed })
    } catch (error) {
      clearInterval(report)
      const reason = isAppError(error) ? error.message : 'It could not be installed.'
      if (!isAppError(error)) log.error({ err: error, package: name }, 'A package could not be installed')
      said.add(reason)
      await failPackage(pool, { ...row, reason })
    }
  }

  async function locks(workspaceId: string, names: readonly string[]) {
    return names.length === 0 ? [] : listPackageLocks(pool, workspaceId, names)
  }

  return {
    async lookUp(name, version) {
      return findInRegistry(await store.desk(), name, version)
    },
    install(installation) {
      const work = carryOut(installation)
        .catch((error: unknown) =>
          log.error({ err: error, package: installation.name }, 'How a package’s installation went could not be written'),
        )
        .finally(() => underWay.delete(work))
      underWay.add(work)
    },
    async prepare(workspaceId, names) {
      const rows = await locks(workspaceId, names)
      return Promise.all(
        rows.map(async ({ name, version, state, lock }): Promise<CodePackage> => {
          if (state !== 'ready' || lock === null) {
            const unusable = state === 'failed' ? 'could not be installed. See Settings → Packages' : 'is still being installed'
            return { name, version, hash: state, unusable }
          }
          try {
            return { name, version, hash: lockHash(lock), folder: await store.folderOf({ name, version, lock }) }
          } catch (error) {
            if (!isAppError(error)) throw error
            return { name, version, hash: 'away', unusable: `is not on this server: ${error.message}` }
          }
        }),
      )
    },
    async types(workspaceId, names) {
      const rows = await locks(workspaceId, names)
      const found = rows.map(async ({ name, version, state, lock }) => {
        if (state !== 'ready' || lock === null) return []
        const key = lockHash(lock)
        const types = typesOf.get(key) ?? (await packageTypes(await store.folderOf({ name, version, lock }), name))
        typesOf.set(key, types)
        return [types]
      })
      return (await Promise.all(found)).flat()
    },
    async stop() {
      store.stop()
      await Promise.all(underWay)
    },
  }
}
