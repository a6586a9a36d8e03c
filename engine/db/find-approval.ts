import { z } from 'zod'
import { type FormField, FormFields } from '#shared/form-field.ts'
import type { Database } from './database.ts'

export interface Approval {
  workspaceId: string
  id: string
  runId: string
  path: string
  flowId: string
  state: 'open' | 'approved' | 'rejected' | 'timeout' | 'closed'
  title: string
  message: string
  fields: FormField[]
  /** Members by id, others by e-mail address; null: whoever has the link. */
  approvers: string[] | null
  required: number
  /** How many have approved. */
  approvals: number
  /** Who has voted, as `voter` names them. */
  voters: string[]
  /** What the last one who approved has filled in. */
  filledIn: { [id: string]: unknown }
  requester: string | null
  excludesRequester: boolean
  onTimeout: 'route' | 'approve' | 'reject'
  askedAt: number
  expiresAt: number | null
  decidedAt: number | null
  decidedBy: string | null
  comment: string | null
  /** Its run can still go on. */
  isAlive: boolean
}

export const approvalColumns = `a.workspace_id as "workspaceId", a.id, a.run_id as "runId", a.path, a.flow_id as "flowId", a.state,
  a.title, a.message, a.fields, a.approvers, a.required, a.requester, a.excludes_requester as "excludesRequester",
  a.on_timeout as "onTimeout", a.comment, a.decided_by as "decidedBy",
  (extract(epoch from a.asked_at) * 1000)::float8 as "askedAt",
  (extract(epoch from a.expires_at) * 1000)::float8 as "expiresAt",
  (extract(epoch from a.decided_at) * 1000)::float8 as "decidedAt",
  exists (select from engine.runs r where r.workspace_id = a.workspace_id and r.id = a.run_id) as "isAlive",
  v.approvals, v.voters, v.filled_in as "filledIn"`

export const approvalVotes = `lateral (
  select (count(*) filter (where decision = 'approved'))::int as approvals, coalesce(array_agg(voter order by at), '{}') as voters,
    (array_agg(fields order by at desc) filter (where decision = 'approved'))[1] as filled_in
  from engine.votes where votes.workspace_id = a.workspace_id and votes.approval_id = a.id) as v`

export type ApprovalRow = Omit<Approval, 'fields' | 'filledIn'> & { fields: string; filledIn: string | null }
const Values = z.record(z.string(), z.unknown())

export function approvalFromRow({ fields, filledIn, ...row }: ApprovalRow): Approval {
  return {
    ...row,
    fields: FormFields.parse(JSON.parse(fields)),
    filledIn: filledIn === null ? {} : Values.parse(JSON.parse(filledIn)),
  }
}

export async function findApproval(database: Database, workspaceId: string, id: string): Promise<Approval | undefined> {
  const [row] = await database.read<ApprovalRow>(
    `select ${approvalColumns} from engine.approvals a, ${approvalVotes} where a.workspace_id = $1 and a.id = $2`,
    [workspaceId, id],
  )
  return row && approvalFromRow(row)
}

/** The last question a step of a run has asked, whichever workspace it is in: asked only for what a token of ours names. */
export async function findApprovalOf(database: Database, runId: string, path: string): Promise<Approval | undefined> {
  const [row] = await database.read<ApprovalRow>(
    `select ${approvalColumns} from engine.approvals a, ${approvalVotes}
     where a.run_id = $1 and a.path = $2 order by a.id desc limit 1`,
    [runId, path],
  )
  return row && approvalFromRow(row)
}
