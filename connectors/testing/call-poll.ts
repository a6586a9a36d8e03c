import type { Json } from '#shared/json.ts'
import type { PollCall, Polled } from '../define.ts'
import { runPoll } from '../index.ts'
import { openFetch } from './call-action.ts'

/** Lets a trigger look as the engine does, with an open way out. */
export function callPoll(
  type: string,
  params: { [name: string]: Json },
  cursor: Json = null,
  given: Partial<PollCall> = {},
): Promise<Polled> {
  return runPoll({
    type,
    params,
    cursor,
    now: Date.now(),
    signal: new AbortController().signal,
    fetch: openFetch,
    secret: (name) => `[secret ${name}]`,
    log: () => undefined,
    ...given,
  })
}
