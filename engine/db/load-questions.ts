import { textArray } from './array-literal.ts'
import type { Database } from './database.ts'

export interface Question {
  path: string
  title: string
  message: string
  /** JSON. */
  fields: string
  approvers: string[] | null
  required: number
}

/** What steps of a run asked people, each its last question. */
export async function loadQuestions(
  database: Database,
  workspaceId: string,
  runId: string,
  paths: readonly string[],
): Promise<Map<string, Question>> {
  if (paths.length === 0) return new Map()
  const rows = await database.read<Question>(
    `select distinct on (path) path, title, message, fields, approvers, required from engine.approvals
     where workspace_id = $1 and run_id = $2 and path = any($3::text[]) order by path, id desc`,
    [workspaceId, runId, textArray(paths)],
  )
  return new Map(rows.map((row) => [row.path, row]))
}
