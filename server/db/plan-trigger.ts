import { z } from 'zod'
import { Json } from '#shared/json.ts'

/** A trigger of a plan, as it is kept with its version. */
export const PlanTrigger = z.object({ id: z.string(), type: z.string(), name: z.string(), params: z.record(z.string(), Json) })
export type PlanTrigger = z.infer<typeof PlanTrigger>
