import { withTransaction } from '#engine/index.ts'
import type { PackageDetail } from '#shared/api.ts'
import { AppError, isAppError } from '#shared/errors.ts'
import { packageOf } from '#shared/package-name.ts'
import { deletePackage } from '../db/delete-package.ts'
import { findPackage } from '../db/find-package.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { listLiveCode } from '../db/list-live-code.ts'
import { listPackages } from '../db/list-packages.ts'
import { putPackage } from '../db/put-package.ts'
import type { Deps } from '../deps.ts'
import { codesOf } from '../flows/codes-of.ts'
import { readDocument } from '../flows/parse-document.ts'
import { newId } from '../new-id.ts'
import { pageFrom } from '../page.ts'
import type { Handlers } from '../route.ts'

type PackageRoute = 'listPackages' | 'addPackage' | 'lookUpPackage' | 'getPackage' | 'getPackageTypes' | 'deletePackage'

/** The workspace's list of npm packages. */
export function packageHandlers(deps: Deps): Pick<Handlers, PackageRoute> {
  const { pool, packages } = deps

  /** Says what there is instead when the registry can't be asked. */
  async function lookUp(workspaceId: string, name: string, version?: string) {
    try {
      return await packages.lookUp(name, version)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'registry_unavailable') throw error
      const here = await listPackages(pool, { workspaceId, limit: 200, after: undefined })
      const ready = here.filter(({ state }) => state === 'ready').map((one) => `${one.name} ${one.version}`)
      const words =
        ready.length === 0 ? 'This workspace has no packages yet.' : `Packages that are here work on: ${ready.join(', ')}.`
      throw new AppError(error.code, `${error.message} ${words}`, { cause: error })
    }
  }

  return {
    async listPackages({ caller, query }) {
      const { workspaceId } = caller
      const items = await listPackages(pool, { workspaceId, limit: query.limit + 1, after: query.cursor })
      return pageFrom(items, query.limit, ({ name }) => name)
    },

    async addPackage({ caller, body, address }) {
      const { workspaceId, actor } = caller
      const before = await findPackage(pool, workspaceId, body.name)
      const isSame = before !== undefined && before.version === body.version
      if (isSame && before.state === 'ready') return before
      const found = await lookUp(workspaceId, body.name, body.version)
      if (found === undefined) {
        const path = body.version === undefined ? 'name' : 'version'
        const message = noneWords(body.name, body.version)
        throw new AppError('invalid_request', message, { errors: [{ path, message }] })
      }
      if (before?.state === 'ready' && before.version === found.version) return before
      const installId = newId('package')
      const made = await withTransaction(pool, async (client): Promise<PackageDetail> => {
        const row = await putPackage(client, { ...found, workspaceId, installId, addedBy: actor })
        await insertAudit(client, {
          action: before === undefined ? 'package.added' : 'package.changed',
          workspaceId,
          actor,
          address,
          target: found.name,
          details: { version: found.version },
        })
        return row
      })
      packages.install({ workspaceId, name: found.name, version: found.version, installId, integrity: made.integrity })
      return made
    },

    async lookUpPackage({ caller, query }) {
      const found = await lookUp(caller.workspaceId, query.name)
      if (found === undefined) throw new AppError('not_found', noneWords(query.name, undefined))
      return found
    },

    async getPackage({ caller, params }) {
      const found = await findPackage(pool, caller.workspaceId, params.name)
      if (found === undefined) throw noSuchPackage(params.name)
      return found
    },

    async getPackageTypes({ caller, params }) {
      const [types] = await packages.types(caller.workspaceId, [params.name])
      if (types === undefined) throw noSuchPackage(params.name)
      return types
    },

    async deletePackage({ caller, params, query, address }) {
      const { workspaceId, actor } = caller
      const users = query.evenIfUsed === 'true' ? [] : await flowsThatImport(deps, workspaceId, params.name)
      if (users.length > 0) {
        const names = users.slice(0, 5).map((name) => `"${name}"`)
        const more = users.length > 5 ? ` and ${users.length - 5} more` : ''
        throw new AppError(
          'package_in_use',
          `Published flows import ${params.name}: ${names.join(', ')}${more}. They keep the code they were published with, but can’t be published again without it. Remove it with evenIfUsed=true if that is meant.`,
        )
      }
      await withTransaction(pool, async (client) => {
        if (!(await deletePackage(client, workspaceId, params.name))) throw noSuchPackage(params.name)
        await insertAudit(client, { action: 'package.removed', workspaceId, actor, address, target: params.name })
      })
      return undefined
    },
  }
}

async function flowsThatImport(deps: Deps, workspaceId: string, name: string): Promise<string[]> {
  const names: string[] = []
  for (const flow of await listLiveCode(deps.pool, workspaceId, name)) {
    const imports = await Promise.all(codesOf(readDocument(flow.document)).map((code) => deps.code.importsOf(code, workspaceId)))
    if (imports.flat().some((specifier) => packageOf(specifier) === name)) names.push(flow.name)
  }
  return names
}

function noneWords(name: string, version: string | undefined): string {
  return version === undefined
    ? `The npm registry has no package called ${name}. Look at how it is spelled; one of your own has to be published there first.`
    : `The npm registry has no version ${version} of ${name}. Leave the version empty for the newest one.`
}

function noSuchPackage(name: string): AppError {
  return new AppError('not_found', `The package ${name} isn’t in this workspace, or isn’t ready.`)
}
