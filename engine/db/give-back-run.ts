import type { Database } from './database.ts'

/** A run of this worker is free for anybody to claim; whatever this worker still writes of it is refused. */
export async function giveBackRun(database: Database, workerId: string, runId: string): Promise<void> {
  await database.write(
    `update engine.runs set worker_id = null, status = 'queued', ready = true, epoch = epoch + 1
     where id = $1 and worker_id = $2`,
    [runId, workerId],
  )
}
