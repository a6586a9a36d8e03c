import type { Queryable } from './queryable.ts'

/** Makes a version of a locked flow the live one; the first one also turns the flow on. */
export async function setLiveVersion(db: Queryable, flowId: string, version: number): Promise<void> {
  await db.query(
    'update app.flows set published_version = $2, enabled = enabled or published_version is null, updated_at = now() where id = $1',
    [flowId, version],
  )
}
