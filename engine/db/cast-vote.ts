import type { Database } from './database.ts'

export interface VoteRow {
  runId: string
  path: string
  voter: string
  name: string | null
  decision: 'approved' | 'rejected'
  comment: string | null
  /** JSON: what was filled in. */
  fields: string
  /** The output of the step if this vote decides. */
  answer: string
  /** What is kept of it when the question is not asked yet. */
  early: string
  atMs: number
}

/**
 * `kept`: the question is not asked yet. `counted`: others have to approve too. `decided`: that was the answer.
 * `voted`: they have before. `settled`, `expired`, `over`: too late, because it is answered, or its time or run is over.
 */
export type VoteOutcome = 'kept' | 'counted' | 'decided' | 'voted' | 'settled' | 'expired' | 'over'

/** Counts a vote; see the function for what happens when two come at the same time. */
export async function castVote(
  database: Pick<Database, 'write'>,
  vote: VoteRow,
): Promise<{ outcome: VoteOutcome; workerId: string | null }> {
  const [row] = await database.write<{ outcome: VoteOutcome; workerId: string | null }>(
    `select outcome, worker as "workerId"
     from engine.cast_vote($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000))`,
    [vote.runId, vote.path, vote.voter, vote.name, vote.decision, vote.comment, vote.fields, vote.answer, vote.early, vote.atMs],
  )
  return row ?? { outcome: 'over', workerId: null }
}
