import { z } from 'zod'
import { stepErrorFrom } from '#shared/errors.ts'
import { errorOfChild, heldForChildMs } from '../sub-flows/child-run.ts'
import { waitingCalls } from '../keep/code-state.ts'
import { append, closeWait, type OwnedRun } from '../run/owned-run.ts'
import type { CodeRequest } from '../ports.ts'
import type { CallState } from './call-log.ts'
import type { Performed } from './calls-host.ts'
import { settleCall } from './settle-call.ts'

const Options = z.object({ flowId: z.string(), wait: z.boolean() })

/** Starts the run that code asks for. Which run that is was decided with the attempt, so repeated it is the same one. */
export async function startChildFor(
  run: OwnedRun,
  { path, child = '', attempt }: CallState,
  request: CodeRequest,
): Promise<Performed> {
  const { flowId, wait } = Options.parse(JSON.parse(request.options))
  const started = await run.host.startChild(run, {
    runId: child,
    flowId,
    path,
    input: Buffer.from(request.body).toString() || 'null',
    isAwaited: wait,
    at: run.host.time.now(),
  })
  if (!wait || started.runId === null)
    return { result: JSON.stringify(started.runId === null ? started : { runId: started.runId }) }
  // A run that was there before may have ended before this one waits for it.
  const end = attempt > 1 ? (await run.host.findEnds(run.workspaceId, [child])).get(child) : undefined
  if (end) run.childEnds.set(child, end)
  if (started.mayBeQuick) run.heldUntil = run.host.time.now() + heldForChildMs
  return { wait: { kind: 'child', runId: child } }
}

/** Ends the waits of code for runs that are known to have ended. */
export function settleChildrenOfCode(run: OwnedRun): void {
  for (const { node, call } of waitingCalls(run.state)) {
    const end = call.wait?.kind === 'child' ? run.childEnds.get(call.wait.runId) : undefined
    if (call.wait?.kind !== 'child' || !end) continue
    const { runId } = call.wait
    run.childEnds.delete(runId)
    if (end.status === 'succeeded') {
      settleCall(run, node, call, end.output)
      continue
    }
    closeWait(run, call.path)
    const { path, attempt } = call
    const error = stepErrorFrom(errorOfChild(call.asked.name, runId, end), { nodeId: node.step.id, path, attempt })
    append(run, { kind: 'step.failed', path, attempt, data: { error, retryAt: null } })
    run.calls.get(node.path)?.settled()
  }
}
