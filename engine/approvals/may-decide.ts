import type { Approval } from '../db/find-approval.ts'

/** Somebody who answers, as far as we know them. */
export interface Voter {
  /** A member's id or an e-mail address; null: somebody with the link. */
  id: string | null
  /** As people see them. */
  name: string | null
  /** All that stands for them elsewhere: id, e-mail address, API keys. */
  names: string[]
  /** They came by a signed link. */
  hasLink: boolean
}

export type MayDecide = { may: true; as: string } | { may: false; why: string }

/** Votes of those who are known only by having the link count as one. */
const anybody = 'link'

export function voterId({ id }: Voter): string {
  return id ?? anybody
}

/**
 * Whether somebody may answer a question, and as whom: those who are asked; with a signed link whoever has it, but all
 * of them together only once.
 */
export function mayDecide(
  { approvers, requester, excludesRequester }: Pick<Approval, 'approvers' | 'requester' | 'excludesRequester'>,
  voter: Voter,
): MayDecide {
  const names = new Set([...(voter.id === null ? [] : [voter.id]), ...voter.names])
  if (excludesRequester && isPerson(requester)) {
    if (names.size === 0)
      return { may: false, why: 'Whoever started the run may not decide here. Sign in, or use the link that was made for you.' }
    if (names.has(requester)) return { may: false, why: 'You started this run: somebody else has to decide.' }
  }
  if (approvers === null) return { may: true, as: voterId(voter) }
  const asked = approvers.find((approver) => names.has(approver))
  if (asked !== undefined) return { may: true, as: asked }
  return voter.hasLink ? { may: true, as: anybody } : { may: false, why: 'This question is for others to decide.' }
}

/** A run may also have been started by an event or another run: nobody is to be kept from deciding then. */
function isPerson(requester: string | null): requester is string {
  return requester !== null && (requester === 'HOLDFAST_API_KEY' || /^(?:user|key)_/.test(requester))
}
