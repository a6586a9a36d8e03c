import { z } from 'zod'
import type { HeldPath } from './hold-draft-paths.ts'
import type { Queryable } from './queryable.ts'

const Row = z.object({ path: z.string() })

/** Gives a flow's new live version its paths and frees those only the old one had. Answers the paths others hold. */
export async function holdLivePaths(db: Queryable, flowId: string, paths: HeldPath[]): Promise<string[]> {
  const wanted = paths.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const { rows } = await db.query(
    `with wanted as (select * from unnest($2::text[], $3::text[], $4::text[]) as w (path, kind, node_id)),
     freed as (
       delete from app.endpoints where flow_id = $1 and draft_node_id is null and path not in (select path from wanted)),
     released as (
       update app.endpoints set live_node_id = null
       where flow_id = $1 and draft_node_id is not null and live_node_id is not null and path not in (select path from wanted)),
     held as (
       insert into app.endpoints as e (path, flow_id, kind, live_node_id) select path, $1, kind, node_id from wanted
       on conflict (path) do update set live_node_id = excluded.live_node_id, kind = excluded.kind where e.flow_id = excluded.flow_id
       returning path)
     select path from wanted where path not in (select path from held)`,
    [flowId, wanted.map((w) => w.path), wanted.map((w) => w.kind), wanted.map((w) => w.nodeId)],
  )
  return z
    .array(Row)
    .parse(rows)
    .map((row) => row.path)
}
