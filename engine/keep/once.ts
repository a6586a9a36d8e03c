import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { LostRun } from '../worker/committer.ts'
import type { Database } from '../db/database.ts'
import { claimOnce } from '../db/claim-once.ts'
import { findOnce } from '../db/find-once.ts'
import { finishOnce, releaseOnce } from '../db/finish-once.ts'
import { checkedKey } from './flow-state.ts'
import type { OnceCaller } from './state-caller.ts'

/*
 * `once(key, fn)` of code steps: fn is carried out once across all runs of a flow, and all get its value.
 *
 *   beginOnce(database, caller, key, signal) → { isDone: true, value } or { isDone: false }: now carry out fn, then
 *   endOnce(database, caller, key, value)    → the value that counts
 *   giveUpOnce(database, caller, key)        → fn failed: whoever asks next carries it out
 *
 * `beginOnce` waits while another run is at it. Await `beforeEffect` first, as before anything that leaves a trace.
 * The caller's `call` names the call within the step's path, the same in every attempt.
 * Nothing has to be done when the attempt ends, fails or is lost in between: a claim counts only while the attempt that
 * made it has no end in the journal and its run is not over. A later attempt at the same call may always claim again.
 */

export type OnceAnswer = { isDone: true; value: JsonText } | { isDone: false }

/** Others look again after this long at first, and less and less often. */
const firstPauseMs = 20
const longestPauseMs = 1000

/** Gives what was done under the key, or the right and the duty to do it now. */
export async function beginOnce(database: Database, caller: OnceCaller, key: string, signal: AbortSignal): Promise<OnceAnswer> {
  checkedKey(key)
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const seen = await findOnce(database, caller.workspaceId, caller.flowId, key)
    if (seen?.value != null) return { isDone: true, value: seen.value }
    if (!seen?.isHeld || isSameCall(seen, caller)) {
      const claim = await claimOnce(database, caller, key, seen)
      if (!claim.isOwn) throw new LostRun(caller.runId)
      if (claim.isMine) return { isDone: false }
    } else if (seen.runId === caller.runId && seen.path === caller.path && seen.attempt === caller.attempt) {
      throw new AppError(
        'invalid_input',
        `\`once\` with the key "${key}" is under way in this step already. Give each its own key, or await the first.`,
      )
    }
    await sleep(pauseMs, undefined, { signal })
  }
}

/** Keeps what was done. If somebody else's came first, as after a long pause, that one counts and is given. */
export async function endOnce(database: Database, caller: OnceCaller, key: string, value: JsonText): Promise<JsonText> {
  if (await finishOnce(database, caller, key, value)) return value
  const there = await findOnce(database, caller.workspaceId, caller.flowId, key)
  if (there?.value == null) throw new LostRun(caller.runId)
  return there.value
}

/** Lets the next one who asks do it. */
export async function giveUpOnce(database: Database, caller: OnceCaller, key: string): Promise<void> {
  await releaseOnce(database, caller, key)
}

function isSameCall(seen: { runId: string; path: string; call: string }, caller: OnceCaller): boolean {
  return seen.runId === caller.runId && seen.path === caller.path && seen.call === caller.call
}
