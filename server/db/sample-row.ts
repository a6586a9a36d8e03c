import { z } from 'zod'
import { InstantColumn } from './rows.ts'

export const SampleRow = z.object({
  step_id: z.string(),
  source: z.enum(['test', 'run', 'request', 'written']),
  at: InstantColumn,
  value: z.string(),
})

/** A step's sample with its value as the text it was kept as. */
export interface KeptSample {
  stepId: string
  source: 'test' | 'run' | 'request' | 'written'
  at: string
  value: string
}

export const sampleColumns = 'step_id, source, at, value::text as value'

export function sampleFrom(row: z.infer<typeof SampleRow>): KeptSample {
  return { stepId: row.step_id, source: row.source, at: row.at, value: row.value }
}
