import { type Answer, findAnswer } from '../db/find-reply.ts'
import { findRun } from '../db/find-run.ts'
import { loadOutput, type Reader } from './read-run.ts'

/** What the run's caller gets, and since when; undefined while the run has neither answered nor ended. */
export function readAnswer(reader: Reader, workspaceId: string, runId: string): Promise<Answer | undefined> {
  return findAnswer(reader.database, workspaceId, runId, async () => {
    const run = await findRun(reader.database, workspaceId, runId)
    return run ? loadOutput(reader, workspaceId, run) : 'null'
  })
}
