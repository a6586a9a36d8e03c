import type { Database } from './database.ts'
import type { SlotKey } from './ask-slots.ts'

/** Keys under which somebody waits for a slot. */
export function findSlotKeys(database: Database): Promise<SlotKey[]> {
  return database.read(
    `select distinct workspace_id as "workspaceId", flow_id as "flowId", key from engine.step_slots where granted_at is null
     limit 1000`,
    [],
  )
}

/** Takes slots from runs that are over: nobody gives them back. Gives whose keys they were. */
export function deleteOrphanSlots(database: Database): Promise<SlotKey[]> {
  return database.write(
    `delete from engine.step_slots s
     where not exists (select from engine.runs r where r.workspace_id = s.workspace_id and r.id = s.run_id)
     returning s.workspace_id as "workspaceId", s.flow_id as "flowId", s.key`,
    [],
  )
}
