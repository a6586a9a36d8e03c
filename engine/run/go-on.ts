import { AppError } from '#shared/errors.ts'
import type { RunEnd } from '../state/journal.ts'
import { insertDeadline } from '../db/insert-deadline.ts'
import { settleEndedChildren } from '../sub-flows/call-flow.ts'
import { cancelChildOf, cancelUnawaited } from '../sub-flows/cancel-children.ts'
import { type ArrivalRow, loadArrivals } from '../db/load-arrivals.ts'
import { type Command, decide } from '../state/decide.ts'
import type { Reply } from '../engine-api.ts'
import { type ApprovalWait, keepEarlyVote } from '../approvals/open-question.ts'
import { isStillLooking, offerDeadline, offerEvent, offerEvents, waitsToOffer } from '../events/offer-events.ts'
import { failpoint } from '../failpoint.ts'
import { failForGood, loseAttempt, settleWait } from './finish-step.ts'
import { findOutputIn } from '../state/find-output.ts'
import { endLoop, judgeIteration, passLoopDelay } from './go-round.ts'
import { loadMissing, type MissingData, missingData, missingFor, missingForWaits, needOutput } from './missing-data.ts'
import { append, closeWait, isHalting, knownOutput, openWait, type OwnedRun, stopEverything, writesOf } from './owned-run.ts'
import { longestHeldPauseMs } from '../state/retry.ts'
import { loadChildEnds } from '../sub-flows/load-child-ends.ts'
import { tellOfEnd } from '../sub-flows/tell-of-end.ts'
import { startStep } from './start-step.ts'
import { callDueAt } from '../calls/call-log.ts'
import { settleByArrival } from '../calls/settle-by-arrival.ts'
import { settleCall } from '../calls/settle-call.ts'
import { findCall, isSuspended } from '../keep/code-state.ts'
import { type NodeState, dueAtOf, getNode, getScope, nextDueAt } from '../state/run-state.ts'
import { askAgain, giveAllSlotsBack, giveSlotBack, waitsForSlot } from '../slots/step-slot.ts'
import { takeResolution } from '../waits/take-resolution.ts'

/** A stretch of steps that needs longer lets others in between. */
const sliceMs = 20

/**
 * Does everything that can be done in a run now, and arranges for what can be done later. Decisions come from
 * `decide` alone; this carries them out until there is nothing left but to wait for something.
 */
export function goOn(run: OwnedRun): void {
  const begun = performance.now()
  while (!run.isOver && !run.isLoading) {
    stopCancelled(run)
    if (run.isDraining) return drainOn(run)
    if (run.hasNewOffers && !isHalting(run.state)) {
      if (isStillLooking(run)) break
      const missing = missingForWaits(run, waitsToOffer(run))
      if (missing) {
        void goOnWith(run, missing)
        break
      }
      offerEvents(run)
      continue
    }
    const commands = commandsOf(run)
    if (commands.length === 0) break
    failpoint('advance.decided')
    const missing = missingFor(run, commands)
    if (missing) {
      void goOnWith(run, missing)
      break
    }
    if (!perform(run, commands)) break
    if (run.host.committer.isFull(run)) {
      run.host.committer.durable(run).then(run.goOn, () => undefined) // `onLost` has told the host.
      break
    }
    if (performance.now() - begun > sliceMs) {
      setImmediate(run.goOn)
      break
    }
  }
  if (!run.isOver) scheduleDue(run)
}

function commandsOf(run: OwnedRun): Command[] {
  const commands = wantedCommands(run)
  if (run.slots.size === 0) return commands
  const possible = commands.filter((command) => command.kind !== 'start' || !waitsForSlot(run, command.path))
  if (possible.length > 0 || commands.length === 0) return possible
  // All there is to do stands in line.
  const isUnderWay = run.state.running.size > 0 || [...run.slots.values()].some((slot) => slot.state === 'asked')
  return isUnderWay ? [] : [{ kind: 'pause', dueAt: ownDueAt(run) }]
}

function wantedCommands(run: OwnedRun): Command[] {
  const decided = decide(run.state)
  if (run.due.size === 0 || isHalting(run.state)) return decided
  const retries: Command[] = Array.from(run.due, (path) => ({ kind: 'start', path }))
  return [...retries, ...decided.filter((command) => command.kind !== 'pause' && command.kind !== 'finish')]
}

/** Gives false when there is nothing more to do for now. */
function perform(run: OwnedRun, commands: Command[]): boolean {
  for (const command of commands) {
    switch (command.kind) {
      case 'start':
        // An iteration has just ended: whether that is enough comes before the others go on.
        if (run.state.toLook.size > 0) return true
        // The others are decided once more when what there is has been written.
        if (run.host.committer.isFull(run)) return true
        if (isStillWanted(run, command.path)) startStep(run, command.path)
        run.due.delete(command.path)
        break
      case 'poison': {
        const node = getNode(run.state, command.path)
        const message = `Step "${node.step.name}" was running each time the server crashed, three times in a row. Find out what in it takes the server down, then retry.`
        failForGood(run, command.path, node.attempt + 1, new AppError('poisoned', message))
        break
      }
      case 'look':
        if (!isHalting(run.state)) judgeIteration(run, command.path, command.item)
        break
      case 'endLoop':
        if (!isHalting(run.state)) endLoop(run, command.path)
        break
      case 'pause':
        return pause(run, command.dueAt)
      case 'finish':
        finish(run, command)
        return false
    }
  }
  return true
}

/** An earlier command of the same decision may have ended the run, or this step. */
function isStillWanted(run: OwnedRun, path: string): boolean {
  if (isHalting(run.state)) return false
  return run.state.ready.has(path) || run.state.retrying.has(path) || isSuspended(getNode(run.state, path))
}

function stopCancelled(run: OwnedRun): void {
  for (const path of run.state.passedOver.splice(0)) {
    // Begun once and lost, it may have started a run.
    cancelChildOf(run, path)
    if (run.slots.has(path)) giveSlotBack(run, path)
  }
  for (const path of run.state.cancelled.splice(0)) {
    run.attempts.get(path)?.abort(new Error('cancelled'))
    run.attempts.delete(path)
    run.due.delete(path)
    closeWait(run, path)
    cancelChildOf(run, path)
    giveSlotBack(run, path)
  }
}

/** A short pause is waited out here; a long one gives the run back to the database. */
function pause(run: OwnedRun, ownDue: number | undefined): boolean {
  const { host, state } = run
  const dueAt = earliest(ownDue, run.deadlineAt)
  if (run.isTakingArrivals) return false
  if (run.mayHaveMissedEnds) {
    takeArrivals(run, run.seen)
    return false
  }
  if (dueAt !== undefined && dueAt - host.time.now() <= longestHeldPauseMs) return false
  if (run.heldUntil > host.time.now() && host.hasRoom()) return false
  for (const path of state.retrying) openWait(run, path, { kind: 'retry', dueAt: dueAtOf(getNode(state, path)) })
  append(run, { kind: 'run.paused' })
  release(run, { status: 'waiting', dueAt: dueAt ?? null, ready: false })
  return false
}

function release(run: OwnedRun, how: { status: 'waiting' | 'queued'; dueAt: number | null; ready: boolean }): void {
  failpoint('wait.before-release')
  writesOf(run).release = { ...how, seen: run.seen }
  stopEverything(run, 'let go')
  run.host.committer.durable(run).then(
    () => {
      // What arrived in the meantime made it ready in the very write that let it go.
      const isReady = how.ready || run.arrived > run.seen
      run.host.letGo(run, { kind: 'released', dueAt: isReady ? 0 : (how.dueAt ?? undefined) })
    },
    () => undefined, // `onLost` has told the host.
  )
}

function finish(run: OwnedRun, { end }: Command & { kind: 'finish' }): void {
  const { host, state } = run
  const event = append(run, { kind: 'run.finished', data: end })
  const forgetWaits = run.hasWaits || run.seen > 0
  stopCancelled(run)
  if (end.status === 'cancelled') cancelUnawaited(run)
  tellOfEnd(run, end, event)
  giveAllSlotsBack(run)
  const writes = writesOf(run)
  writes.finish = {
    status: end.status,
    error: end.error ? JSON.stringify(end.error) : null,
    finishedAt: event.at,
    outputSeq: end.outputSeq,
    lastSeq: state.seq,
    // A failed run may be retried, and finds its waits as they were.
    forgetWaits: forgetWaits && end.status !== 'failed',
  }
  stopEverything(run, 'the run is over')
  host.committer.durable(run).then(
    () => {
      host.letGo(run, { kind: 'finished' })
      // A run that has answered says nothing more; whoever asks late is given that answer.
      if (state.responded || !host.isAwaited(run.runId)) return
      endReply(run, end).then(
        (reply) => host.answered(run, reply),
        () => host.unread(run),
      )
    },
    () => undefined, // `onLost` has told the host.
  )
}

async function endReply(run: OwnedRun, end: RunEnd): Promise<Reply> {
  if (end.status !== 'succeeded') return { kind: 'ended', status: end.status, error: end.error }
  return { kind: 'ended', status: 'succeeded', output: await outputOf(run, end.outputSeq) }
}

async function outputOf(run: OwnedRun, seq: number | null): Promise<string> {
  const node = findOutputIn(run.state, getScope(run.state, ''), run.index.bodyOf(undefined).steps)
  if (seq === null || node?.endSeq !== seq) return 'null'
  const missing = missingData()
  needOutput(run, node, missing)
  await loadMissing(run, missing)
  return knownOutput(run, node) ?? 'null'
}

async function goOnWith(run: OwnedRun, missing: MissingData): Promise<void> {
  run.isLoading = true
  try {
    await loadMissing(run, missing)
  } catch (error) {
    if (!run.isOver) run.onTrouble(error)
    return
  }
  run.isLoading = false
  run.goOn()
}

function scheduleDue(run: OwnedRun): void {
  // What is on its way comes back here; until then what is due stays due.
  if (run.isLoading || run.isTakingArrivals) return
  const own = isHalting(run.state) ? undefined : ownDueAt(run)
  const held = run.heldUntil > run.host.time.now() ? run.heldUntil : undefined
  const at = earliest(earliest(own, run.deadlineAt), held)
  if (at === run.timer?.at) return
  run.timer?.cancel()
  run.timer = at === undefined ? undefined : { at, cancel: run.host.timers.at(at, () => passTime(run)) }
}

/** A step that stands in line for a slot is not waited for by the clock. */
function ownDueAt(run: OwnedRun): number | undefined {
  return nextDueAt(run.state, (path) => waitsForSlot(run, path))
}

/** Takes up everything whose time has come. */
export function passTime(run: OwnedRun): void {
  const { state } = run
  run.timer = undefined
  if (run.isOver || state.end) return
  failpoint('timer.due')
  const now = run.host.time.now()
  if (run.deadlineAt !== undefined && run.deadlineAt <= now && !state.ending) {
    run.deadlineAt = undefined
    append(run, { kind: 'run.timedOut' })
  } else if (!isHalting(state)) {
    for (const path of state.retrying) if ((dueAtOf(getNode(state, path)) ?? Infinity) <= now) run.due.add(path)
    for (const path of [...state.waiting]) {
      const node = getNode(state, path)
      if ((dueAtOf(node) ?? Infinity) > now) continue
      if (node.loop) passLoopDelay(run, node)
      else if (node.calls) passCallTimes(run, node, now)
      else if (node.wait?.kind === 'delay') settleWait(run, path, 'delay', null)
      else if (node.wait?.kind === 'approval' && (node.wait.expiresAt ?? Infinity) > now) remind(run, node, node.wait)
      else void claimDeadline(run, path)
    }
    for (const path of [...state.running]) passCallTimes(run, getNode(state, path), now)
  }
  run.goOn()
}

/** Whoever is asked has not answered for as long as the step allows; what is done about it is the server's matter. */
function remind(run: OwnedRun, { path, attempt }: NodeState, wait: ApprovalWait): void {
  append(run, { kind: 'step.reminded', path, attempt })
  run.host.remind(run, path, wait.id)
}

/** Takes up what code waits for. */
function passCallTimes(run: OwnedRun, node: NodeState, now: number): void {
  for (const call of [...(node.calls?.open ?? [])]) {
    if ((callDueAt(call) ?? Infinity) > now) continue
    if (call.wait?.kind === 'delay') settleCall(run, node, call, 'null')
    else if (call.status === 'waiting') void claimDeadline(run, call.path)
    // Code that is under way sees to its own pauses.
    else if (isSuspended(node)) run.due.add(node.path)
  }
}

/** A call may settle the wait in this very moment: whichever of the two is in the table first is the one. */
async function claimDeadline(run: OwnedRun, path: string): Promise<void> {
  if (run.isTakingArrivals) return
  run.isTakingArrivals = true
  try {
    // What came before the deadline counts, whether the run has heard of it yet or not.
    const wait = findCall(run.state, path)?.call.wait ?? run.state.nodes.get(path)?.wait
    if (wait?.kind === 'event') await run.host.lookForEvents(run)
    const arrived = await insertDeadline(run.host.database, run.workspaceId, run.runId, path, run.host.time.now())
    run.isTakingArrivals = false
    takeArrivals(run, arrived)
  } catch (error) {
    run.isTakingArrivals = false
    if (!run.isOver) run.onTrouble(error)
  }
}

/** Takes in what came from outside. `known` is how many arrivals there are at least. */
export function takeArrivals(run: OwnedRun, known: number): void {
  if (run.isTakingArrivals || run.isOver) return
  run.isTakingArrivals = true
  loadNews(run).then(
    (arrivals) => {
      run.isTakingArrivals = false
      if (run.isOver) return
      run.seen = Math.max(known, run.seen, ...arrivals.map((arrival) => arrival.number))
      askAgain(run)
      for (const arrival of arrivals) {
        if (arrival.kind === 'cancel') {
          const { by, when } = JSON.parse(arrival.body ?? '{}')
          if (!run.state.cancel)
            append(run, { kind: 'run.cancelRequested', data: { by: String(by), when: when === 'afterStep' ? when : 'now' } })
          continue
        }
        const { kind } = arrival
        if (kind === 'event') {
          offerEvent(run, arrival)
          continue
        }
        const taken = { ...arrival, kind }
        if (kind === 'resolve') {
          takeResolution(run, taken)
          continue
        }
        if (kind === 'child') continue
        if (kind === 'vote' && arrival.key !== '') {
          keepEarlyVote(run, arrival)
          continue
        }
        run.arrivals.set(arrival.path, taken)
        const asked = findCall(run.state, arrival.path)
        if (asked && !isHalting(run.state)) settleByArrival(run, asked.node, asked.call, taken)
        const node = run.state.nodes.get(arrival.path)
        if (asked?.call.wait?.kind === 'event' || (node?.status === 'waiting' && node.wait?.kind === 'event')) {
          offerDeadline(run, arrival.path)
          continue
        }
        if (node?.status !== 'waiting' || isHalting(run.state)) continue
        if (node.wait?.kind === 'call' && kind !== 'vote') settleWait(run, arrival.path, kind, arrival.body)
        if (node.wait?.kind === 'approval') settleWait(run, arrival.path, kind === 'vote' ? 'decision' : 'deadline', arrival.body)
      }
      if (!isHalting(run.state)) settleEndedChildren(run)
      run.goOn()
    },
    (error: unknown) => {
      run.isTakingArrivals = false
      if (!run.isOver) run.onTrouble(error)
    },
  )
}

async function loadNews(run: OwnedRun): Promise<ArrivalRow[]> {
  const arrivals = await loadArrivals(run.host.database, run.workspaceId, run.runId, run.seen)
  await loadChildEnds(run, arrivals)
  return arrivals
}

/** Hands the run over as soon as no attempt is under way. */
function drainOn(run: OwnedRun): void {
  if (run.attempts.size > 0) return
  const [command] = decide(run.state)
  if (command?.kind === 'finish') return finish(run, command)
  release(run, { status: 'queued', dueAt: null, ready: true })
}

/** Stops what is under way, which counts as nobody's fault, and hands the run over. */
export function handOver(run: OwnedRun): void {
  const alone = run.attempts.size === 1
  for (const [path, attempt] of run.attempts) {
    attempt.abort(new Error('the server is stopping'))
    loseAttempt(run, path, { alone, crashed: false })
  }
  run.attempts.clear()
  drainOn(run)
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
