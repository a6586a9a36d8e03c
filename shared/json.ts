import { z } from 'zod'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** Any JSON value. */
export const Json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(Json), z.record(z.string(), Json)]),
)

/** JSON as it was written: never parsed and written again on its way through, so nothing in it changes. */
export type JsonText = string & { readonly __jsonText?: never }
