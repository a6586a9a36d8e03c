import { z } from 'zod'
import { endpointColumns, EndpointRow, endpointTables, type Listener, listenerOf } from './endpoint-row.ts'
import type { Queryable } from './queryable.ts'

const Row = EndpointRow.extend({ kind: z.enum(['webhook', 'form', 'email']) })

/** Where a request to a path goes: to the live version's trigger, or only into the inbox, with the reason. */
export type FoundEndpoint = Listener & { workspaceId: string; flowId: string; kind: 'webhook' | 'form' | 'email' }

export async function findEndpoint(db: Queryable, path: string): Promise<FoundEndpoint | undefined> {
  const { rows } = await db.query(`select ${endpointColumns}, e.kind from ${endpointTables} where e.path = $1`, [path])
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  return { ...listenerOf(row), workspaceId: row.workspace_id, flowId: row.flow_id, kind: row.kind }
}
