import { z } from 'zod'
import type { FlowRetention } from '#engine/index.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({ workspace_id: z.string(), id: z.string(), document: z.unknown() })
/** As the compiler lets it be published; a draft may say anything. */
const Days = z.coerce.number().int().min(1).max(3650)

/** Flows that say how long their runs are kept: the live version, or the draft of those that have none. */
export async function listRetention(db: Queryable): Promise<FlowRetention[]> {
  const { rows } = await db.query(
    `select f.workspace_id, f.id, coalesce(v.document, f.document) as document
     from app.flows f left join app.versions v on v.flow_id = f.id and v.version = f.published_version
     where coalesce(v.document, f.document)::text like '%"retentionDays"%'`,
  )
  return z
    .array(Row)
    .parse(rows)
    .flatMap(({ workspace_id: workspaceId, id: flowId, document }) => {
      const settings = isJsonObject(document) ? document['settings'] : undefined
      const read = Days.safeParse(isJsonObject(settings) ? settings['retentionDays'] : undefined)
      return read.success ? [{ workspaceId, flowId, days: read.data }] : []
    })
}
