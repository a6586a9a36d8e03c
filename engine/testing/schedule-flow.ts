import type { Json } from '#shared/json.ts'
import type { PlanTrigger } from '#shared/plan.ts'
import type { Engine } from '../engine-api.ts'
import type { TestDatabase } from './test-database.ts'
import { testWorkspace } from './test-engine.ts'

/** A schedule trigger by this name, for a plan of `flowOf`. */
export function scheduleTrigger(cron: string | string[], more: { [param: string]: Json } = {}, id = 'trigger'): PlanTrigger {
  const rules = [cron].flat().map((one) => ({ cron: one, timezone: 'UTC' }))
  return { id, type: 'schedule', name: id, params: { rules, ...more } }
}

export interface Published {
  flowId: string
  planHash: string
  triggers: PlanTrigger[]
  version?: number
  isOn?: boolean
}

/** What publishing a flow, or turning it on or off, does about its schedules. */
export async function setSchedules(
  engine: Engine,
  database: Pick<TestDatabase, 'pool'>,
  { version = 1, isOn = true, ...live }: Published,
): Promise<void> {
  const client = await database.pool.connect()
  try {
    await client.query('begin')
    await engine.setSchedules({ workspaceId: testWorkspace, version, isOn, ...live }, client)
    await client.query('commit')
  } finally {
    client.release()
  }
}

/** The times a flow has runs of, in order, as they stand in its triggers. */
export async function startedTimes(database: Pick<TestDatabase, 'pool'>, flowId: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ at: string }>(
    `select e.payload::json ->> 'scheduledAt' as at from engine.events e
     join (select workspace_id, id, flow_id from engine.runs union all select workspace_id, id, flow_id from engine.history) r
       on r.workspace_id = e.workspace_id and r.id = e.run_id
     where r.flow_id = $1 and e.seq = 0 order by 1`,
    [flowId],
  )
  return rows.map(({ at }) => at)
}
