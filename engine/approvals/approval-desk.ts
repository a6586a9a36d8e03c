import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { fillIn } from '#shared/form-field.ts'
import { Json, type JsonText } from '#shared/json.ts'
import { castVote, type VoteOutcome } from '../db/cast-vote.ts'
import type { Database } from '../db/database.ts'
import { type Approval, findApproval, findApprovalOf } from '../db/find-approval.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import { withoutNul } from '../db/without-nul.ts'
import type { InSameTransaction } from '../engine-api.ts'
import { failpoint } from '../failpoint.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { initialState, stepIdIn } from '../state/run-state.ts'
import { apply } from '../state/state.ts'
import { type ApprovalToken, readApprovalToken } from './approval-token.ts'
import { mayDecide, type Voter, voterId } from './may-decide.ts'

/** What somebody answers, as they sent it. */
export interface Vote {
  voter: Voter
  decision: 'approved' | 'rejected'
  comment: string | null
  fields: { [id: string]: unknown }
}

/** What a link leads to; without an approval the question is not asked yet, or never will be. */
export interface LinkedQuestion extends ApprovalToken {
  workspaceId: string
  approval: Approval | undefined
  /** It may still be asked. */
  isAhead: boolean
}

export interface ApprovalDesk {
  /** Undefined for a token that isn't ours. */
  findByToken(token: string): Promise<LinkedQuestion | undefined>
  find(workspaceId: string, id: string): Promise<Approval | undefined>
  /** Throws `already_settled`, `expired`, `forbidden` or `invalid_request` for a vote that does not count. */
  decide(
    place: { workspaceId: string; runId: string; path: string },
    vote: Vote,
    also?: InSameTransaction,
  ): Promise<'decided' | 'counted' | 'kept'>
  /** Counts votes that came before their question; those that do not count are left out. */
  countEarly(place: { workspaceId: string; runId: string; path: string }, votes: readonly JsonText[]): Promise<void>
}

export interface ApprovalDeskOptions {
  database: Database
  signingKeys: readonly Uint8Array[]
  now(): number
  findPlanOf(runId: string): Promise<{ workspaceId: string; index: PlanIndex } | undefined>
  tellOfArrival(runId: string, workerId: string | null): void
}

/** A vote kept for a question to come. */
const EarlyVote = z.object({
  id: z.string().nullable(),
  name: z.string().nullable(),
  names: z.array(z.string()),
  hasLink: z.boolean(),
  decision: z.enum(['approved', 'rejected']),
  comment: z.string().nullable(),
  fields: z.record(z.string(), Json),
})

const mostComment = 10_000

/** Where people's answers come in: each person's once, and the one that decides exactly once. */
export function createApprovalDesk({ database, signingKeys, now, findPlanOf, tellOfArrival }: ApprovalDeskOptions): ApprovalDesk {
  async function findByToken(token: string): Promise<LinkedQuestion | undefined> {
    const named = readApprovalToken(signingKeys, token)
    if (!named) return undefined
    const plan = await findPlanOf(named.runId)
    if (!plan) return undefined
    const step = plan.index.steps.get(stepIdIn(named.path))
    const canAsk = step?.type === 'approval' || (step?.type === 'code' && named.path.includes('#'))
    if (!canAsk) return undefined
    const { workspaceId } = plan
    const approval = await findApprovalOf(database, named.runId, named.path)
    return { ...named, workspaceId, approval, isAhead: approval ? false : await isAhead(plan, named) }
  }

  /** Whether a run may still come to a step. */
  async function isAhead(
    { workspaceId, index }: { workspaceId: string; index: PlanIndex },
    named: ApprovalToken,
  ): Promise<boolean> {
    const state = initialState(index)
    for (const event of await loadJournalAfter(database, workspaceId, named.runId, -1)) apply(state, event)
    if (state.end) return false
    const node = state.nodes.get(named.path.split('#')[0] ?? '')
    return node === undefined || !['succeeded', 'failed', 'skipped', 'cancelled'].includes(node.status)
  }

  async function decide(
    place: { workspaceId: string; runId: string; path: string },
    vote: Vote,
    also?: InSameTransaction,
  ): Promise<'decided' | 'counted' | 'kept'> {
    const approval = await findApprovalOf(database, place.runId, place.path)
    if (approval) refuseIfSettled(approval, now())
    const who = approval ? mayDecide(approval, vote.voter) : undefined
    if (who !== undefined && !who.may) throw new AppError('forbidden', who.why)
    const filled = approval
      ? fillIn(approval.fields, vote.fields, jsonRecord(approval.filledIn))
      : { values: jsonRecord(vote.fields), problems: [] }
    if (vote.decision === 'approved' && filled.problems.length > 0)
      throw new AppError('invalid_request', 'Some of what was filled in is not right.', { errors: filled.problems })
    const comment = vote.comment === null ? null : withoutNul(vote.comment).slice(0, mostComment)
    const at = now()
    const { id, name, names, hasLink } = vote.voter
    const by = name === null ? null : withoutNul(name)
    const fields = filled.values
    failpoint('vote.before-commit')
    const { outcome, workerId } = await database.transaction(async (tx, client) => {
      const cast = await castVote(tx, {
        runId: place.runId,
        path: place.path,
        voter: who?.may === true ? who.as : voterId(vote.voter),
        name: by,
        decision: vote.decision,
        comment,
        fields: JSON.stringify(fields),
        answer: JSON.stringify({ decision: vote.decision, by, at: new Date(at).toISOString(), comment, fields }),
        early: JSON.stringify({ id, name: by, names, hasLink, decision: vote.decision, comment, fields }),
        atMs: at,
      })
      if (cast.outcome === 'decided' || cast.outcome === 'counted' || cast.outcome === 'kept') await also?.(client)
      return cast
    })
    failpoint('vote.after-commit')
    // Also after a vote that came too late: while it was looked at, nobody could take the run up.
    if (outcome !== 'over' && outcome !== 'counted') tellOfArrival(place.runId, workerId)
    return accepted(outcome, place)
  }

  async function accepted(
    outcome: VoteOutcome,
    { runId, path }: { runId: string; path: string },
  ): Promise<'decided' | 'counted' | 'kept'> {
    switch (outcome) {
      case 'decided':
      case 'counted':
      case 'kept':
        return outcome
      case 'voted':
        throw new AppError('already_settled', 'You have answered this question before.')
      case 'settled':
      case 'over':
      case 'expired': {
        const approval = await findApprovalOf(database, runId, path)
        if (approval) refuseIfSettled(approval, Infinity)
        throw noLongerAsked()
      }
    }
  }

  return {
    findByToken,
    find: (workspaceId, id) => findApproval(database, workspaceId, id),
    decide,
    async countEarly(place, votes) {
      for (const text of votes) {
        const { id, name, names, hasLink, ...vote } = EarlyVote.parse(JSON.parse(text))
        try {
          await decide(place, { ...vote, voter: { id, name, names, hasLink } })
        } catch (error) {
          // It was for a question that turned out to be another, or somebody else's.
          if (!(error instanceof AppError)) throw error
        }
      }
    },
  }
}

/** Says who has answered and when, or that there is nothing to answer any more. */
function refuseIfSettled(approval: Approval, at: number): void {
  const { state, decidedAt, decidedBy, expiresAt, isAlive } = approval
  if (state === 'approved' || state === 'rejected') {
    const who = decidedBy ?? 'Somebody with the link'
    const when = new Date(decidedAt ?? 0).toISOString()
    throw new AppError('already_settled', `${who} answered at ${when}: ${state === 'approved' ? 'approved' : 'declined'}.`)
  }
  if (state !== 'open' || !isAlive || (expiresAt !== null && expiresAt <= at)) throw noLongerAsked()
}

function noLongerAsked(): AppError {
  return new AppError('expired', 'This question is not open any more.')
}

function jsonRecord(record: { [id: string]: unknown }): { [id: string]: Json } {
  const json: { [id: string]: Json } = JSON.parse(JSON.stringify(record))
  return json
}
