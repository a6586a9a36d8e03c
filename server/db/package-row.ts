import { z } from 'zod'
import type { PackageDetail } from '#shared/api.ts'
import { InstantColumn } from './rows.ts'

/** An installation that wasn't heard of for so long has lost its server. */
export const silentAfterSeconds = 60

/** What a package is shown as; `heard_at` decides whether an installation is still under way. */
export const packageColumns = `name, version, description, license, state, reason, integrity, files, bytes, log, added_by, added_at,
  state = 'installing' and heard_at < now() - interval '${silentAfterSeconds} seconds' as is_lost`

export const PackageRow = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  state: z.enum(['installing', 'ready', 'failed']),
  reason: z.string().nullable(),
  integrity: z.string().nullable(),
  files: z.number().nullable(),
  bytes: z.coerce.number().nullable(),
  log: z.array(z.string()),
  added_by: z.string(),
  added_at: InstantColumn,
  is_lost: z.boolean(),
})

export function packageFrom({ added_by, added_at, is_lost, ...row }: z.infer<typeof PackageRow>): PackageDetail {
  const lost = { state: 'failed', reason: 'The server that was installing it stopped. Try again.' } as const
  return { ...row, ...(is_lost ? lost : {}), addedBy: added_by, addedAt: added_at }
}
