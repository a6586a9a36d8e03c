import { deleteFiles } from '../db/delete-files.ts'
import { listOldFiles, type OldFile } from '../db/list-old-files.ts'
import type { Deps } from '../deps.ts'

const atOnce = 500

/** Deletes the files whose request or run is not kept any longer, or never came to be. Any number of servers may do so at once. */
export async function forgetFiles({ pool, engine }: Pick<Deps, 'pool' | 'engine'>): Promise<number> {
  let deleted = 0
  let after = ''
  for (;;) {
    const files = await listOldFiles(pool, after, atOnce)
    const last = files.at(-1)
    if (last === undefined) return deleted
    for (const [workspaceId, ofWorkspace] of Map.groupBy(files, (file) => file.workspaceId)) {
      const requests = await engine.knownRequests(workspaceId, idsOf(ofWorkspace, 'requestId'))
      const runs = await engine.knownRuns(workspaceId, idsOf(ofWorkspace, 'runId'))
      const orphans = ofWorkspace.filter(({ requestId, runId }) => !(requests.has(requestId ?? '') || runs.has(runId ?? '')))
      if (orphans.length > 0)
        await deleteFiles(
          pool,
          orphans.map(({ id }) => id),
        )
      deleted += orphans.length
    }
    after = last.id
  }
}

function idsOf(files: readonly OldFile[], owner: 'requestId' | 'runId'): string[] {
  return [...new Set(files.map((file) => file[owner]).filter((id) => id !== null))]
}

const everyMs = 3_600_000

/** Does so every hour, as long as the process lives. */
export function keepForgettingFiles(deps: Pick<Deps, 'pool' | 'engine' | 'log'>): void {
  const timer = setInterval(() => {
    forgetFiles(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'Old files could not be deleted; trying again'))
  }, everyMs)
  timer.unref()
}
