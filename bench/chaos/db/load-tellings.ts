import type { Pool } from 'pg'
import { versionKey } from '../checker/evidence.ts'

/** What the steps of each version tell the ledger: a publication whose answer was lost is sent again, and makes another. */
export async function loadTellings(pool: Pool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ flowId: string; version: number; told: number }>(
    `select flow_id as "flowId", version, substring(document::text from '[?&]v=([0-9]+)')::int as told from app.versions
     where document::text ~ '[?&]v=[0-9]'`,
  )
  return new Map(rows.map(({ flowId, version, told }) => [versionKey(flowId, version), told]))
}
