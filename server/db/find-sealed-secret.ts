import { z } from 'zod'
import type { Queryable } from './queryable.ts'

const Row = z.object({
  sealed: z.instanceof(Buffer),
  version: z.number(),
  hosts: z.array(z.string()),
  flows: z.array(z.string()).nullable(),
})

/** A secret as it is kept, for those who use its value. */
export async function findSealedSecret(
  db: Queryable,
  workspaceId: string,
  name: string,
): Promise<z.infer<typeof Row> | undefined> {
  const { rows } = await db.query('select sealed, version, hosts, flows from app.secrets where workspace_id = $1 and name = $2', [
    workspaceId,
    name,
  ])
  return rows[0] === undefined ? undefined : Row.parse(rows[0])
}
