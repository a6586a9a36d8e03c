import { z } from 'zod'
import type { JsonText } from '#shared/json.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({ name: z.string(), value: z.string() })

/** All shared values of a workspace as one object, the first made first: `vars`, to the letter. */
export async function readVariables(db: Queryable, workspaceId: string): Promise<JsonText> {
  const { rows } = await db.query('select name, value::text as value from app.variables where workspace_id = $1 order by n', [
    workspaceId,
  ])
  const members = z
    .array(Row)
    .parse(rows)
    .map(({ name, value }) => `${JSON.stringify(name)}:${value}`)
  return `{${members.join(',')}}`
}
