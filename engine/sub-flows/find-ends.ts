import type { ChildEnd } from './child-run.ts'
import { findRun } from '../db/find-run.ts'
import { loadEnds } from '../db/load-ends.ts'
import { errorFromText } from '../db/run-row.ts'
import { loadOutput, type Reader } from '../read/read-run.ts'

/** How those of these runs ended that have. */
export async function findEnds(reader: Reader, workspaceId: string, runIds: readonly string[]): Promise<Map<string, ChildEnd>> {
  const ends = new Map<string, ChildEnd>()
  for (const { id, isUnfinished, status, flowId, error, output, outputSeq } of await loadEnds(
    reader.database,
    workspaceId,
    runIds,
  )) {
    if (isUnfinished) continue
    if (status === null) ends.set(id, { status: 'gone' })
    else if (status === 'succeeded') {
      const text = output ?? (outputSeq === null ? 'null' : await outputOf(reader, workspaceId, id))
      ends.set(id, { status, flowId, output: text })
    } else ends.set(id, { status, flowId, error: error === null ? null : errorFromText(error) })
  }
  return ends
}

/** What is stored nowhere as a whole, such as the list a loop gave. */
async function outputOf(reader: Reader, workspaceId: string, runId: string): Promise<string> {
  const run = await findRun(reader.database, workspaceId, runId)
  return run ? loadOutput(reader, workspaceId, run) : 'null'
}
