import { endpointColumns, EndpointRow, endpointTables, type Listener, listenerOf } from './endpoint-row.ts'
import type { Queryable } from './queryable.ts'

/** What takes the mail to an address: a live version's trigger, or only the inbox, with the reason. */
export type Mailbox = Listener & { path: string; workspaceId: string; flowId: string }

/** The mailbox at a path; undefined when it is nobody’s, or no mailbox. */
export async function findMailbox(db: Queryable, path: string): Promise<Mailbox | undefined> {
  const { rows } = await db.query(`select ${endpointColumns} from ${endpointTables} where e.path = $1 and e.kind = 'email'`, [
    path,
  ])
  if (rows[0] === undefined) return undefined
  const row = EndpointRow.parse(rows[0])
  return { ...listenerOf(row), path, workspaceId: row.workspace_id, flowId: row.flow_id }
}
