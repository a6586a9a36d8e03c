import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { LostRun } from '../worker/committer.ts'
import type { Database } from '../db/database.ts'
import { findState } from '../db/find-state.ts'
import { setStateOnce } from '../db/set-state.ts'
import type { StateCaller } from './state-caller.ts'

/*
 * `state` of code steps: values a flow keeps from run to run.
 *
 *   getState(database, caller, key)                        → { value, version }, { value: 'null', version: 0 } when unset
 *   setState(database, caller, call, { key, value, ifVersion? }) → { version }, or throws `state_conflict`
 *
 * `caller` says which run asks, as its owner in its epoch; a run that is somebody else's by now gets `LostRun`.
 * `call` names the call within the step's path, the same in every attempt (its number among the step's state calls will
 * do). Await `beforeEffect` first, as before anything that leaves a trace.
 */

export interface StateChange {
  key: string
  value: JsonText
  /** Only if the key has this version now; 0: only if it is not set. */
  ifVersion?: number
}

export interface StateValue {
  value: JsonText
  /** Counts the changes of the key; 0 while it is not set. */
  version: number
}

/** What the flow keeps under a key now. */
export async function getState(
  database: Database,
  { workspaceId, flowId }: Pick<StateCaller, 'workspaceId' | 'flowId'>,
  key: string,
): Promise<StateValue> {
  return (await findState(database, workspaceId, flowId, checkedKey(key))) ?? { value: 'null', version: 0 }
}

/**
 * Changes what the flow keeps under a key. The change and the record that this call made it are one commit: repeated
 * under the same `call`, by another attempt or another worker, it changes nothing and gives what it gave the first time.
 * A conflict changes nothing and is not recorded: an attempt that has read the key again may well succeed.
 */
export async function setState(
  database: Database,
  caller: StateCaller,
  call: string,
  { key, value, ifVersion }: StateChange,
): Promise<{ version: number }> {
  checkedKey(key)
  if (ifVersion !== undefined && (!Number.isInteger(ifVersion) || ifVersion < 0 || ifVersion > 2 ** 31 - 1)) {
    throw new AppError(
      'invalid_input',
      `\`ifVersion\` for "${key}" must be a version that \`state.get\` gave, or 0 for a key that is not set.`,
    )
  }
  const outcome = await setStateOnce(database, caller, call, { key, value, ifVersion })
  if (outcome === undefined) throw new LostRun(caller.runId)
  if (outcome.isSet) return { version: outcome.version }
  const { version } = await getState(database, caller, key)
  throw new AppError(
    'state_conflict',
    `"${key}" was changed by another run: it has version ${version}, not ${ifVersion}. Read it again and decide anew.`,
    { details: { key, version } },
  )
}

const longestKey = 200

/** Keys of `state` and `once`: 1 to 200 characters that PostgreSQL can store as they are. */
export function checkedKey(key: string): string {
  if (key !== '' && key.length <= longestKey && !key.includes('\0') && key.isWellFormed()) return key
  throw new AppError('invalid_input', `A key of \`state\` and \`once\` has 1 to ${longestKey} characters of plain text.`)
}
