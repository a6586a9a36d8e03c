import { z } from 'zod'
import type { EventStart } from '#engine/index.ts'
import { PlanTrigger } from './plan-trigger.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({ flow_id: z.string(), version: z.number(), plan_hash: z.string(), triggers: z.array(PlanTrigger) })
const OnlyIf = z.union([z.boolean(), z.string()])

/** The live versions of a workspace's enabled flows that an event of this name starts, with the trigger it is for. */
export async function listEventStarts(db: Queryable, workspaceId: string, name: string): Promise<EventStart[]> {
  const { rows } = await db.query(
    `select v.flow_id, v.version, v.plan_hash, v.triggers
     from app.versions v join app.flows f on f.id = v.flow_id and f.published_version = v.version
     where f.workspace_id = $1 and f.enabled and v.triggers::text like '%"type":"event"%'
     order by v.flow_id`,
    [workspaceId],
  )
  return rows.flatMap((row) => {
    const { flow_id: flowId, version, plan_hash: planHash, triggers } = Row.parse(row)
    return triggers
      .filter(({ type, params }) => type === 'event' && params['name'] === name)
      .map(({ id: triggerId, params }) => {
        const onlyIf = OnlyIf.safeParse(params['onlyIf'])
        return { flowId, version, planHash, triggerId, ...(onlyIf.success ? { onlyIf: onlyIf.data } : {}) }
      })
  })
}
