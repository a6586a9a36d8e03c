import { codeLimits, egressLimits } from '#engine/index.ts'
import type { SystemInfo } from '#shared/system.ts'
import { databaseVersion } from '../db/database-version.ts'
import type { Deps } from '../deps.ts'
import { openApi } from '../open-api.ts'
import type { Handlers } from '../route.ts'

/** What the instance is made of: its catalog, its parts, its contract. */
export function instanceHandlers(deps: Deps): Pick<Handlers, 'getCatalog' | 'getSystem' | 'getCodeLimits' | 'openapi'> {
  const items = [...deps.catalog.values()]
  const document = openApi(deps.settings.version)
  const { limits } = deps.settings
  const code = { cpuMs: limits.codeCpuMs, memoryMb: limits.codeMemoryMb, resultBytes: limits.outputBytes, ...codeLimits }

  async function sandboxFacts(): Promise<SystemInfo['sandbox']> {
    const explained = await deps.code.layers()
    const names = (isActive: boolean) => explained.filter((layer) => layer.isActive === isActive).map(({ name }) => name)
    return { layers: names(true), missing: names(false), explained }
  }

  return {
    async getCatalog() {
      return { items }
    },

    async getSystem() {
      return {
        version: deps.settings.version,
        node: process.version,
        role: deps.settings.role,
        database: await databaseVersion(deps.pool),
        sandbox: await sandboxFacts(),
        limits: {
          bodyBytes: deps.settings.maxBodyBytes,
          jsonDepth: deps.settings.maxJsonDepth,
          outputBytes: limits.outputBytes,
          expressionBytes: limits.expressionBytes,
          items: limits.items,
          steps: limits.steps,
          code,
        },
        egress: { privateRanges: [...deps.settings.egressPrivate], ...egressLimits },
      }
    },

    async getCodeLimits() {
      return code
    },

    async openapi() {
      return document
    },
  }
}
