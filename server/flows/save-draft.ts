import type { PoolClient } from 'pg'
import { withTransaction } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import type { Flow } from '#shared/flow.ts'
import { holdDraftPaths } from '../db/hold-draft-paths.ts'
import { lockFlow } from '../db/lock-flow.ts'
import { notifyChange } from '../db/notify-change.ts'
import { updateDraft } from '../db/update-draft.ts'
import type { Deps } from '../deps.ts'
import { contentHash } from './content-hash.ts'
import { readDocument } from './parse-document.ts'
import { assignPaths, endpointsOf, pathsOf } from './paths.ts'

export interface SavedDraft {
  revision: number
  document: Flow
  endpoints: ReturnType<typeof endpointsOf>
}

interface DraftChange {
  workspaceId: string
  flowId: string
  /** What the writer had seen; when the draft moved on since, nothing is saved. Absent: saved over whatever is there. */
  revision?: number
  /** Gets the draft as it is, and the text it is kept as. */
  change: (before: Flow, text: string) => Flow
  /** What else belongs to the same change, such as its line in the audit log. */
  also?: (client: PoolClient) => Promise<void>
}

/** Saves a change of a draft with the paths it holds; throws `revision_conflict` when somebody else was faster. */
export async function saveDraft(deps: Deps, { workspaceId, flowId, revision, change, also }: DraftChange): Promise<SavedDraft> {
  const { saved, isMoved } = await withTransaction(deps.pool, async (client) => {
    const flow = await lockFlow(client, workspaceId, flowId)
    if (flow === undefined) throw new AppError('not_found', 'There is no such flow.')
    if (revision !== undefined && flow.revision !== revision)
      throw new AppError(
        'revision_conflict',
        `The flow was changed elsewhere: it is at revision ${flow.revision}, and this change was made to revision ${revision}.`,
      )
    const before = readDocument(flow.document)
    const document = assignPaths(change(before, flow.document), before)
    const next = await updateDraft(client, {
      flowId,
      name: document.name,
      document: JSON.stringify(document),
      contentHash: contentHash(document),
    })
    const paths = pathsOf(document.nodes)
    // What a request to the draft meets depends on its triggers too, not on their paths alone.
    const isMoved = (await holdDraftPaths(client, flowId, paths)) || paths.length > 0
    if (isMoved) await notifyChange(client)
    await also?.(client)
    return { isMoved, saved: { revision: next, document, endpoints: endpointsOf(document, deps.settings) } }
  })
  if (isMoved) deps.endpoints.forget()
  return saved
}
