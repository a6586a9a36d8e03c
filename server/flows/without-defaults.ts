import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'

/** Params that say no more than the type would by itself are left out: a newer version of the type may have more of them. */
export function withoutDefaults(params: { [name: string]: Json }, schema: ParamSchema): { [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(params).filter(([name, value]) => {
      const usual = schema.properties?.[name]?.default
      return usual === undefined || JSON.stringify(usual) !== JSON.stringify(value)
    }),
  )
}
