import { databaseVersion } from '../db/database-version.ts'
import type { Deps } from '../deps.ts'
import { openApi } from '../open-api.ts'
import type { Handlers } from '../route.ts'

/** What the instance is made of: its catalog, its parts, its contract. */
export function instanceHandlers(deps: Deps): Pick<Handlers, 'getCatalog' | 'getSystem' | 'openapi'> {
  const items = [...deps.catalog.values()]
  const document = openApi(deps.settings.version)
  return {
    async getCatalog() {
      return { items }
    },

    async getSystem() {
      return {
        version: deps.settings.version,
        node: process.version,
        database: await databaseVersion(deps.pool),
        sandbox: deps.code.layers(),
      }
    },

    async openapi() {
      return document
    },
  }
}
