import { AppError } from '#shared/errors.ts'
import type { Queryable } from '../db/queryable.ts'
import { findFlow } from '../db/find-flow.ts'
import { findVersion, type FoundVersion } from '../db/find-version.ts'
import { flowExists } from '../db/flow-exists.ts'
import { insertAudit } from '../db/insert-audit.ts'
import { listVersions } from '../db/list-versions.ts'
import type { Deps } from '../deps.ts'
import { readDocument } from '../flows/parse-document.ts'
import { endpointsOf } from '../flows/paths.ts'
import { publish } from '../flows/publish.ts'
import { saveDraft } from '../flows/save-draft.ts'
import { pageFrom } from '../page.ts'
import type { Handlers } from '../route.ts'
import { noSuchFlow } from './flows.ts'

const highestVersion = 2 ** 31 - 1

/** Published versions: looking at them, and going back to one. */
export function versionHandlers(deps: Deps): Pick<Handlers, 'listVersions' | 'getVersion' | 'restoreVersion' | 'rollbackFlow'> {
  const { pool, settings } = deps

  return {
    async listVersions({ caller, params, query }) {
      if (!(await flowExists(pool, caller.workspaceId, params.id))) throw noSuchFlow()
      const before = query.cursor === undefined ? undefined : versionFrom(query.cursor)
      const items = await listVersions(pool, { flowId: params.id, limit: query.limit + 1, before })
      return pageFrom(items, query.limit, (version) => String(version.version))
    },

    async getVersion({ caller, params }) {
      const version = await getVersion(pool, caller.workspaceId, params.id, versionFrom(params.version))
      return { ...version.summary, document: readDocument(version.document) }
    },

    async restoreVersion({ caller, params, address }) {
      const { workspaceId, actor } = caller
      const version = await getVersion(pool, workspaceId, params.id, versionFrom(params.version))
      await saveDraft(deps, {
        workspaceId,
        flowId: params.id,
        change: () => readDocument(version.document),
        also: (client) =>
          insertAudit(client, {
            action: 'flow.version_restored',
            workspaceId,
            actor,
            address,
            target: params.id,
            details: { version: version.summary.version },
          }),
      })
      const flow = await findFlow(pool, workspaceId, params.id)
      if (flow === undefined) throw noSuchFlow()
      const document = readDocument(flow.document)
      return { ...flow.summary, document, endpoints: endpointsOf(document, settings) }
    },

    async rollbackFlow({ caller, params, body, address }) {
      const { version } = await publish(deps, {
        caller,
        flowId: params.id,
        address,
        comment: `Back to version ${body.version}`,
        action: 'flow.rolled_back',
        async choose(client) {
          const { document, planHash, triggers } = await getVersion(client, caller.workspaceId, params.id, body.version)
          return { document: readDocument(document), planHash, triggers }
        },
      })
      return { version }
    },
  }
}

function versionFrom(text: string): number {
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (version < 1 || version > highestVersion) throw noSuchVersion()
  return version
}

async function getVersion(db: Queryable, workspaceId: string, flowId: string, version: number): Promise<FoundVersion> {
  const found = version > highestVersion ? undefined : await findVersion(db, workspaceId, flowId, version)
  if (found === undefined) throw noSuchVersion()
  return found
}

function noSuchVersion(): AppError {
  return new AppError('not_found', 'There is no such version of this flow.')
}
