import { z } from 'zod'
import type { VersionSummary } from '#shared/api.ts'
import { InstantColumn } from './rows.ts'

export const VersionRow = z.object({
  version: z.number(),
  comment: z.string(),
  published_at: InstantColumn,
  published_by: z.string(),
})

/** What VersionRow needs; who published is named as people know them, while they or their key are there. */
export const versionColumns = 'v.version, v.comment, v.published_at, coalesce(u.name, k.name, v.published_by) as published_by'
export const versionWithPublisher =
  'app.versions v left join app.users u on u.id = v.published_by left join app.api_keys k on k.id = v.published_by'

export function versionSummaryFrom(row: z.infer<typeof VersionRow>): VersionSummary {
  return { version: row.version, comment: row.comment, publishedAt: row.published_at, publishedBy: row.published_by }
}
