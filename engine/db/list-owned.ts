import type { Database } from './database.ts'

/** The ids of the runs that this worker owns. */
export async function listOwned(database: Database, workerId: string): Promise<string[]> {
  const rows = await database.read<{ id: string }>('select id from engine.runs where worker_id = $1', [workerId])
  return rows.map(({ id }) => id)
}
