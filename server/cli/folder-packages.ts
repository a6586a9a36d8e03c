import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CodePackage } from '#engine/index.ts'

const Manifest = z.object({ version: z.string().default('0.0.0') })

/** Packages as somebody installed them in the folder of a pulled flow, to try its code with them. */
export function folderPackages(folder: string) {
  return {
    async prepare(_workspaceId: string, names: readonly string[]): Promise<CodePackage[]> {
      const found = await Promise.all(
        names.map(async (name): Promise<CodePackage[]> => {
          const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8').catch(() => undefined)
          if (text === undefined) return []
          const { version } = Manifest.parse(JSON.parse(text))
          return [{ name, version, hash: 'folder', folder }]
        }),
      )
      return found.flat()
    },
  }
}
