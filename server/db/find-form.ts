import { z } from 'zod'
import { endpointColumns, EndpointRow, endpointTables, type Listener, listenerOf } from './endpoint-row.ts'
import { nodesIn } from './nodes-in.ts'
import type { Queryable } from './queryable.ts'

const Row = EndpointRow.extend({ name: z.string(), live: z.unknown() })

/** A form by its path: as it was published, or as it is being made while nothing of it is. */
export type FoundForm = Listener & {
  workspaceId: string
  flowId: string
  flowName: string
  /** The steps of the live version that ask with a form of their own. */
  formSteps: string[]
}

export async function findForm(db: Queryable, path: string): Promise<FoundForm | undefined> {
  const { rows } = await db.query(
    `select ${endpointColumns}, f.name, case when e.live_node_id is not null then v.document end as live
     from ${endpointTables} where e.path = $1 and e.kind = 'form'`,
    [path],
  )
  if (rows[0] === undefined) return undefined
  const row = Row.parse(rows[0])
  const flow = { workspaceId: row.workspace_id, flowId: row.flow_id, flowName: row.name }
  return { ...listenerOf(row), ...flow, formSteps: formStepsIn(row.live) }
}

function formStepsIn(document: unknown): string[] {
  return nodesIn(document).flatMap(({ id, type }) => (type === 'waitForForm' && typeof id === 'string' ? [id] : []))
}
