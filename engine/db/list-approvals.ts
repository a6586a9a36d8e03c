import { type Approval, approvalColumns, approvalFromRow, type ApprovalRow, approvalVotes } from './find-approval.ts'
import type { Database } from './database.ts'

export interface ApprovalFilter {
  workspaceId: string
  /** `open` has those a run waits for; `done` all others. */
  state: 'open' | 'done' | 'all'
  /** Only what is for one of these names, and not voted on by them yet; with `unassigned` also what is for nobody in particular. */
  voter?: { names: readonly string[]; unassigned: boolean }
  limit: number
  before?: string
}

/** Questions to people, the newest first. */
export async function listApprovals(database: Database, filter: ApprovalFilter): Promise<Approval[]> {
  const { workspaceId, state, voter, limit, before } = filter
  const rows = await database.read<ApprovalRow>(
    `select ${approvalColumns} from engine.approvals a, ${approvalVotes}
     where a.workspace_id = $1
       and ${stateConditions[state]}
       and ($2::text is null or a.id < $2)
       and ($3::text[] is null or (
         (a.approvers && $3::text[] or ($4 and a.approvers is null))
         and not (a.excludes_requester and a.requester = any($3::text[]))))
     order by a.id desc limit $5`,
    [workspaceId, before ?? null, voter?.names ?? null, voter?.unassigned ?? false, limit],
  )
  return rows.map(approvalFromRow)
}

const isWaiting = `(a.state = 'open' and exists (select from engine.runs r where r.workspace_id = a.workspace_id and r.id = a.run_id))`
const stateConditions = { open: isWaiting, done: `not ${isWaiting}`, all: 'true' }
