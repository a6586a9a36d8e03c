import { z } from 'zod'
import { InstantColumn } from './rows.ts'

export const variableColumns = 'v.n::text as n, v.name, v.value::text as value, v.created_by, v.created_at, v.updated_at'

const Row = z.object({
  n: z.string(),
  name: z.string(),
  value: z.string(),
  created_by: z.string().nullable(),
  created_at: InstantColumn,
  updated_at: InstantColumn,
})

export interface FoundVariable {
  n: string
  createdBy: string | null
  /** With the value to the letter. */
  text: string
}

export function variableFrom(row: unknown): FoundVariable {
  const { n, name, value, created_by, created_at, updated_at } = Row.parse(row)
  const times = `"createdAt":${JSON.stringify(created_at)},"updatedAt":${JSON.stringify(updated_at)}`
  return { n, createdBy: created_by, text: `{"name":${JSON.stringify(name)},"value":${value},${times}}` }
}
