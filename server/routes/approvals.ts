import { type Approval, mayDecide, type Voter } from '#engine/index.ts'
import type { ApprovalView } from '#shared/api.ts'
import { AppError } from '#shared/errors.ts'
import { allows } from '../auth/authorize.ts'
import { voterFromCaller } from '../approvals/voter.ts'
import type { Caller } from '../auth/caller.ts'
import { insertAudit } from '../db/insert-audit.ts'
import type { Deps } from '../deps.ts'
import type { Handlers } from '../route.ts'

/** Questions that runs ask people: what waits for whom, and answering as a member. */
export function approvalHandlers(deps: Deps): Pick<Handlers, 'listApprovals' | 'getApproval' | 'decideApproval'> {
  const { engine } = deps

  async function find(caller: Caller, id: string): Promise<Approval> {
    const approval = await engine.findApproval(caller.workspaceId, id)
    if (approval === undefined) throw noSuchQuestion()
    return approval
  }

  return {
    async listApprovals({ caller, grant, query }) {
      const voter = await voterFromCaller(deps, caller)
      const isMine = query.show === 'mine' || grant === 'own'
      const { items, nextCursor } = await engine.listApprovals({
        workspaceId: caller.workspaceId,
        state: query.show === 'done' ? 'done' : query.show === 'mine' ? 'open' : 'all',
        limit: query.limit,
        ...(query.cursor === undefined ? {} : { before: query.cursor }),
        ...(isMine ? { voter: { names: voter.names, unassigned: allows('runs.control', caller) } } : {}),
      })
      return { items: items.map((approval) => viewOf(approval, caller, voter)), nextCursor }
    },

    async getApproval({ caller, grant, params }) {
      const approval = await find(caller, params.id)
      const voter = await voterFromCaller(deps, caller)
      // Somebody who may see their own only sees no others, not even that they exist.
      if (grant === 'own' && !isFor(approval, caller, voter)) throw noSuchQuestion()
      return viewOf(approval, caller, voter)
    },

    async decideApproval({ caller, params, body, address }) {
      const approval = await find(caller, params.id)
      const voter = await voterFromCaller(deps, caller)
      if (!isFor(approval, caller, voter)) throw new AppError('forbidden', 'This question is for others to decide.')
      const decision = body.decision === 'approve' ? 'approved' : 'rejected'
      await engine.decideApproval(
        { workspaceId: caller.workspaceId, runId: approval.runId, path: approval.path },
        { voter, decision, comment: body.comment ?? null, fields: body.fields },
        (client) =>
          insertAudit(client, {
            action: `approval.${decision}`,
            workspaceId: caller.workspaceId,
            actor: caller.actor,
            address,
            target: approval.id,
          }),
      )
      return viewOf(await find(caller, params.id), caller, voter)
    },
  }
}

/** Those who are asked, and of a question for nobody in particular whoever sees to runs. */
function isFor(approval: Approval, caller: Caller, voter: Voter): boolean {
  if (approval.approvers === null) return allows('runs.control', caller)
  return approval.approvers.some((approver) => voter.names.includes(approver))
}

function viewOf(approval: Approval, caller: Caller, voter: Voter): ApprovalView {
  const { id, runId, flowId, path, title, message, fields, required, approvals, onTimeout, decidedBy, comment } = approval
  const who = mayDecide(approval, voter)
  const isOpen = approval.state === 'open' && approval.isAlive
  return {
    id,
    runId,
    flowId,
    path,
    title,
    message,
    fields,
    required,
    approvals,
    onTimeout,
    status: isOpen ? 'open' : approval.state === 'open' ? 'closed' : approval.state,
    askedAt: new Date(approval.askedAt).toISOString(),
    expiresAt: instantOf(approval.expiresAt),
    decidedAt: instantOf(approval.decidedAt),
    decidedBy,
    comment,
    mayDecide:
      isOpen && caller.scopes === undefined && isFor(approval, caller, voter) && who.may && !approval.voters.includes(who.as),
  }
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function noSuchQuestion(): AppError {
  return new AppError('not_found', 'There is no such question.')
}
