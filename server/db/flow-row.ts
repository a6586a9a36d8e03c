import { z } from 'zod'
import type { FlowSummary } from '#shared/api.ts'
import { InstantColumn } from './rows.ts'

export const FlowRow = z.object({
  id: z.string(),
  name: z.string(),
  revision: z.number(),
  published_version: z.number().nullable(),
  enabled: z.boolean(),
  paused: z.boolean(),
  changed: z.boolean(),
  created_at: InstantColumn,
  updated_at: InstantColumn,
})

/** What FlowRow needs, of `app.flows f left join app.versions v` on the published version. */
export const flowColumns = `f.id, f.name, f.revision, f.published_version, f.enabled, f.paused, f.created_at, f.updated_at,
  v.content_hash is distinct from f.content_hash as changed`

export const flowWithVersion = 'app.flows f left join app.versions v on v.flow_id = f.id and v.version = f.published_version'

export function flowSummaryFrom(row: z.infer<typeof FlowRow>): FlowSummary {
  return {
    id: row.id,
    name: row.name,
    revision: row.revision,
    publishedVersion: row.published_version,
    enabled: row.enabled,
    paused: row.paused,
    changed: row.changed,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
