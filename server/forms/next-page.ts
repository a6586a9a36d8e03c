import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { isFinal } from '#shared/is-final.ts'
import type { Deps } from '../deps.ts'

/** How long somebody who sent a page is held for the next one. */
const mostMs = 10_000
const lookEveryMs = 100

/**
 * The address of the next form a run asks for, if it comes to one soon: whoever sent a page is led on to it. Undefined
 * when the run has ended, takes longer, or nobody waits for the answer any more.
 */
export async function nextPage(
  deps: Pick<Deps, 'engine' | 'stopping'>,
  res: ServerResponse,
  { workspaceId, runId, formSteps, after }: { workspaceId: string; runId: string; formSteps: readonly string[]; after?: string },
): Promise<string | undefined> {
  if (formSteps.length === 0) return undefined
  const asks = new Set(formSteps)
  const until = performance.now() + mostMs
  while (performance.now() < until && !res.destroyed && !deps.stopping.aborted) {
    const run = await deps.engine.getRun(workspaceId, runId)
    if (run === undefined || isFinal(run.status)) return undefined
    const next = run.waits.find(({ kind, path }) => kind === 'call' && path !== after && asks.has(path.split('/').at(-1) ?? ''))
    // On the host the page itself was opened at: browsers let a form lead nowhere else.
    if (next?.url !== undefined) return new URL(next.url).pathname
    // Settled within moments, but not yet: anything else the run waits for takes its time.
    const isBusy = run.status !== 'waiting' || run.waits.some(({ path }) => path === after)
    if (!isBusy) return undefined
    await pause(lookEveryMs)
  }
  return undefined
}
