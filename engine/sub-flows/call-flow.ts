import { randomFillSync } from 'node:crypto'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import { withinLimit } from '../run/attempt.ts'
import { beforeEffect } from '../run/before-effect.ts'
import { settleChildrenOfCode } from '../calls/call-flow-for-code.ts'
import { type ChildEnd, errorOfChild, heldForChildMs } from './child-run.ts'
import type { StartedChild } from './start-child.ts'
import { LostRun } from '../worker/committer.ts'
import { failStep, finishStep } from '../run/finish-step.ts'
import { append, closeWait, openWait, type OwnedRun, writesOf } from '../run/owned-run.ts'
import { getNode, type NodeState } from '../state/run-state.ts'

/**
 * Begins an attempt that runs another flow. Which run that will be is part of the decision, so a repeated attempt comes
 * to the same one. A new attempt after a failure calls anew, unless somebody has set right the run that failed.
 */
export function callFlow(
  run: OwnedRun,
  node: NodeState,
  attempt: number,
  { flowId, input }: { flowId: string; input: JsonText },
): void {
  const isRepeat = node.child !== undefined
  const child = node.child ?? newChildId(run)
  append(run, { kind: 'step.started', path: node.path, attempt, data: { effect: true, child } })
  void seeThrough(run, node, isRepeat, () =>
    run.host.startChild(run, {
      runId: child,
      flowId,
      path: node.path,
      input,
      isAwaited: isAwaiting(node),
      at: node.decided?.at ?? run.host.time.now(),
    }),
  )
}

export function newChildId(run: OwnedRun): string {
  return idFrom('run', run.host.time.now(), randomFillSync(new Uint8Array(10)))
}

async function seeThrough(run: OwnedRun, node: NodeState, isRepeat: boolean, start: () => Promise<StartedChild>): Promise<void> {
  const { path, attempt, child = '' } = node
  const controller = new AbortController()
  run.attempts.set(path, controller)
  run.host.countAttempt()
  const begin = async () => {
    await beforeEffect(run)
    if (controller.signal.aborted) throw new LostRun(run.runId)
    const mended = await findMended(run, node)
    if (mended) return mended
    const started = await start()
    // A run that was there before may have ended before this one waits for it.
    const ends = isRepeat ? await run.host.findEnds(run.workspaceId, [child]) : undefined
    const end = ends?.get(child)
    if (end) run.childEnds.set(child, end)
    return started
  }
  const result = await begin().then(
    (started) => ({ started }),
    (error: unknown) => ({ error }),
  )
  if (run.isOver || run.attempts.get(path) !== controller) return
  if ('error' in result && result.error instanceof LostRun) return
  try {
    run.attempts.delete(path)
    if ('error' in result) failStep(run, path, attempt, result.error)
    else if (isAwaiting(node) && result.started.runId !== null) awaitChild(run, path, attempt, result.started)
    else finishStep(run, { path, attempt, output: JSON.stringify(outputOf(result.started)) })
    run.goOn()
  } catch (error) {
    run.onRefused(writesOf(run), error)
  }
}

/** The run of the attempt before, if somebody has set it right since: it goes on, or has worked. */
async function findMended(run: OwnedRun, node: NodeState): Promise<(StartedChild & { runId: string }) | undefined> {
  const { childBefore } = node
  if (childBefore === undefined || !isAwaiting(node)) return undefined
  const end = (await run.host.findEnds(run.workspaceId, [childBefore])).get(childBefore)
  return end && end.status !== 'succeeded' ? undefined : { runId: childBefore, mayBeQuick: true }
}

function isAwaiting({ step }: NodeState): boolean {
  return step.params['wait'] !== false
}

function outputOf(started: StartedChild): { runId: string } | { runId: null; reason: string } {
  return started.runId === null ? started : { runId: started.runId }
}

function awaitChild(run: OwnedRun, path: string, attempt: number, { runId, mayBeQuick }: StartedChild & { runId: string }): void {
  const { child: started } = getNode(run.state, path)
  append(run, { kind: 'step.waiting', path, attempt, data: { kind: 'child', runId } })
  openWait(run, path, { kind: 'child', dueAt: null, child: runId })
  // One that was there before may have ended meanwhile, which nobody said to a step that did not wait for it.
  if (runId !== started) run.mayHaveMissedEnds = true
  if (mayBeQuick) run.heldUntil = run.host.time.now() + heldForChildMs
  settleEndedChildren(run)
}

/** Ends the waits for runs that are known to have ended. */
export function settleEndedChildren(run: OwnedRun): void {
  if (run.childEnds.size === 0) return
  settleChildrenOfCode(run)
  for (const path of [...run.state.waiting]) {
    const { wait } = getNode(run.state, path)
    const end = wait?.kind === 'child' ? run.childEnds.get(wait.runId) : undefined
    if (wait?.kind !== 'child' || !end) continue
    run.childEnds.delete(wait.runId)
    settleChild(run, getNode(run.state, path), wait.runId, end)
  }
}

function settleChild(run: OwnedRun, { path, attempt, step }: NodeState, runId: string, end: ChildEnd): void {
  closeWait(run, path)
  try {
    if (end.status !== 'succeeded') throw errorOfChild(step.name, runId, end)
    const output = withinLimit(step, end.output, run.host.ports.limits.outputBytes)
    finishStep(run, { path, attempt, output })
  } catch (error) {
    failStep(run, path, attempt, error)
  }
}
