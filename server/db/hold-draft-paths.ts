import { z } from 'zod'
import type { Queryable } from './queryable.ts'

export interface HeldPath {
  path: string
  kind: 'webhook' | 'form' | 'email'
  nodeId: string
}

const Row = z.object({ changed: z.boolean() })

/**
 * Brings the paths a flow's draft holds in line with its triggers. A path another flow holds stays theirs; that is a
 * problem when publishing, not when saving. Gives whether anything changed.
 */
export async function holdDraftPaths(db: Queryable, flowId: string, paths: HeldPath[]): Promise<boolean> {
  // In one order everywhere, so that two flows that want the same two paths can't wait for each other.
  const wanted = paths.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const { rows } = await db.query(
    `with wanted as (select * from unnest($2::text[], $3::text[], $4::text[]) as w (path, kind, node_id)),
     freed as (
       delete from app.endpoints where flow_id = $1 and live_node_id is null and path not in (select path from wanted) returning 1),
     released as (
       update app.endpoints set draft_node_id = null
       where flow_id = $1 and live_node_id is not null and draft_node_id is not null and path not in (select path from wanted) returning 1),
     held as (
       insert into app.endpoints as e (path, flow_id, kind, draft_node_id) select path, $1, kind, node_id from wanted
       on conflict (path) do update set draft_node_id = excluded.draft_node_id, kind = excluded.kind
       where e.flow_id = excluded.flow_id and (e.draft_node_id is distinct from excluded.draft_node_id or e.kind <> excluded.kind)
       returning 1)
     select exists (select from freed) or exists (select from released) or exists (select from held) as changed`,
    [flowId, wanted.map((w) => w.path), wanted.map((w) => w.kind), wanted.map((w) => w.nodeId)],
  )
  return Row.parse(rows[0]).changed
}
