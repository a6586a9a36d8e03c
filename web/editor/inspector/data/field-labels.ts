import type { ParamSchema } from '#shared/manifest.ts'
import type { PathKey } from './path-expression.ts'

/** What each part of the way into a step's data is called: by what the step promises, else as it is named in the data. */
export function fieldLabels(promised: ParamSchema | undefined, keys: readonly PathKey[]): string[] {
  let at = promised
  return keys.map((key) => {
    if (typeof key === 'number') {
      at = typeof at?.items === 'object' ? at.items : undefined
      return `item ${key + 1}`
    }
    at = at?.properties !== undefined && Object.hasOwn(at.properties, key) ? at.properties[key] : undefined
    return at?.title || key
  })
}
