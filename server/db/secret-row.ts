import { z } from 'zod'
import type { SecretSummary } from '#shared/values.ts'
import { InstantColumn } from './rows.ts'

/** All but the value, which nobody who lists secrets needs. */
export const secretColumns =
  's.n::text as n, s.name, s.version, s.hosts, s.flows, s.created_by, s.created_at, s.updated_at, s.last_used_at'

export const SecretRow = z.object({
  n: z.string(),
  name: z.string(),
  version: z.number(),
  hosts: z.array(z.string()),
  flows: z.array(z.string()).nullable(),
  created_by: z.string().nullable(),
  created_at: InstantColumn,
  updated_at: InstantColumn,
  last_used_at: InstantColumn.nullable(),
})

export interface FoundSecret {
  n: string
  createdBy: string | null
  summary: SecretSummary
}

export function secretFrom(row: unknown): FoundSecret {
  const { n, name, version, hosts, flows, created_by, created_at, updated_at, last_used_at } = SecretRow.parse(row)
  return {
    n,
    createdBy: created_by,
    summary: {
      name,
      version,
      hosts,
      flows: flows ?? 'all',
      createdAt: created_at,
      updatedAt: updated_at,
      lastUsedAt: last_used_at,
    },
  }
}
