import { z } from 'zod'
import type { VersionSummary } from '#shared/api.ts'
import { InstantColumn } from './rows.ts'

export const VersionRow = z.object({
  version: z.number(),
  comment: z.string(),
  published_at: InstantColumn,
  published_by: z.string(),
})

export function versionSummaryFrom(row: z.infer<typeof VersionRow>): VersionSummary {
  return { version: row.version, comment: row.comment, publishedAt: row.published_at, publishedBy: row.published_by }
}
