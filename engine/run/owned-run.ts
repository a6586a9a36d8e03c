import type { JsonText } from '#shared/json.ts'
import type { Committer, Committing } from '../worker/committer.ts'
import type { Database } from '../db/database.ts'
import { rowFromEvent } from '../db/event-row.ts'
import { withoutNul } from '../db/without-nul.ts'
import type { RunWrites, WaitedEvent } from '../db/write-batch.ts'
import type { Reply } from '../engine-api.ts'
import type { OfferedEvent } from '../events/offer-events.ts'
import type { AttemptPorts } from './attempt.ts'
import { askingStep } from '../calls/call-path.ts'
import { waitingCalls } from '../keep/code-state.ts'
import type { LiveCalls } from '../calls/live-calls.ts'
import type { EngineTime } from '../worker/engine-time.ts'
import type { ChildCall, ChildEnd } from '../sub-flows/child-run.ts'
import type { StartedChild } from '../sub-flows/start-child.ts'
import type { JournalEvent, JournalFact, RunOrigin } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { Log } from '../ports.ts'
import { getNode, initialState, type NodeState, type RunState } from '../state/run-state.ts'
import { isGathered, outputText } from '../state/step-output.ts'
import { apply } from '../state/state.ts'
import type { LargeTriggers } from './large-triggers.ts'
import type { Recall } from './recall.ts'
import type { SlotDesk } from '../slots/slot-desk.ts'
import type { StepSlot } from '../slots/step-slot.ts'
import type { RunFacts } from './run-facts.ts'
import type { Timers } from '../worker/timers.ts'

export type LetGo = { kind: 'finished' } | { kind: 'released'; dueAt: number | undefined } | { kind: 'lost' }

/** The worker as one of its runs sees it. */
export interface RunHost {
  ports: AttemptPorts
  committer: Committer
  database: Database
  recall: Recall
  largeTriggers: LargeTriggers
  time: EngineTime
  timers: Timers
  log: Log
  slots: Pick<SlotDesk, 'ask' | 'freed' | 'look'>
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  publicUrl: string | undefined
  random(): number
  /** Resolves once this worker may start something with an effect: its lease is far from over. */
  untilLeaseIsFresh(): Promise<void>
  countAttempt(): void
  /** The caller's answer is committed. */
  answered(run: OwnedRun, reply: Reply): void
  /** The run is over, and its answer can't be read just now: it is looked for again. */
  unread(run: OwnedRun): void
  /** Starts a run for a step of this one, exactly once, however often it is asked to. */
  startChild(run: OwnedRun, call: ChildCall): Promise<StartedChild>
  /** What became of runs that have ended, of those among these. */
  findEnds(workspaceId: string, runIds: readonly string[]): Promise<Map<string, ChildEnd>>
  /** Whether there is room to hold runs that do nothing but wait for a moment. */
  hasRoom(): boolean
  /** Whether anybody in this process waits for the answer. */
  isAwaited(runId: string): boolean
  /** Looks for events that came before the waits a run has opened, once those are committed. */
  lookForEvents(run: OwnedRun): Promise<void>
  lookForEventsSoon(run: OwnedRun): void
  /** Sends an event, once whoever sends it under this id again. */
  publish(event: { workspaceId: string; name: string; data: JsonText; id: string }): Promise<unknown>
  /** Members by what they are called (their id or e-mail address): the id by which each is known. */
  findMembers(workspaceId: string, names: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** Counts votes that came before their question, once that is committed. */
  countVotes(run: OwnedRun, path: string, votes: readonly JsonText[]): void
  /** It is time to remind whoever is asked. */
  remind(run: OwnedRun, path: string, approvalId: string): void
  /** Something of the run was committed. */
  committed(run: OwnedRun): void
  /** It is not this worker's any longer. `dueAt` is when a run that was let go goes on by itself. */
  letGo(run: OwnedRun, how: LetGo): void
  /** Its memory and its journal may differ: read it again and go on from there. */
  reload(run: OwnedRun, why: { path: string | undefined; error: unknown }): void
}

/** Something that came from outside for one of the run's waits. */
export interface Arrival {
  path: string
  kind: 'call' | 'deadline' | 'cancel' | 'resolve' | 'child' | 'vote'
  body: JsonText | null
}

/** A run in the hands of this worker: its journal folded, and what its steps gave so far as far as it was needed. */
export interface OwnedRun extends Committing {
  readonly host: RunHost
  readonly facts: RunFacts
  readonly index: PlanIndex
  readonly state: RunState
  readonly triggerId: string
  /** Whoever started it waits for its answer, here or at another process. */
  readonly isAwaited: boolean
  readonly origin: RunOrigin | undefined
  readonly startedBy: string | undefined
  trigger: JsonText | undefined
  vars: JsonText | undefined
  readonly outputs: Map<string, JsonText>
  /** What was worked out for single items of loops, by the event. */
  readonly collected: Map<number, JsonText>
  /** The items of loops that began, by the loop's path. */
  readonly items: Map<string, readonly JsonText[]>
  /** Inputs of actions, kept for their next attempts. */
  readonly inputs: Map<string, JsonText>
  readonly attempts: Map<string, AbortController>
  /** What code that is under way asks for, by the step's path. */
  readonly calls: Map<string, LiveCalls>
  /** Slots its steps have or wait for, by path. */
  readonly slots: Map<string, StepSlot>
  /** Retries whose time has come. */
  readonly due: Set<string>
  readonly arrivals: Map<string, Arrival>
  /** Runs started by this one that have ended before their step could take it in, by their id. */
  readonly childEnds: Map<string, ChildEnd>
  /** Whether runs it waits for may have ended without anybody telling it, as while it was failed. */
  mayHaveMissedEnds: boolean
  /** It may just be waiting for something short: until then it is not let go. */
  heldUntil: number
  /** Open questions, by path. */
  readonly asked: Map<string, string>
  /** Votes for questions that are not asked yet, by path. */
  readonly earlyVotes: Map<string, JsonText[]>
  /** Who was looked up to be asked: null is nobody's name. */
  readonly members: Map<string, string | null>
  /** Events nothing in the run has used yet, in the order they were sent. */
  events: OfferedEvent[]
  /** Waits for events whose time is over. */
  readonly pastDeadlines: Set<string>
  /** Events that code is being asked about, by what it waits for. */
  readonly asking: Map<string, string>
  /** There is something new among these, or somebody new to offer it to. */
  hasNewOffers: boolean
  /** What came before its waits for events opened was looked for. */
  hasLooked: boolean
  isLooking: boolean
  /** How many arrivals were taken in. */
  seen: number
  /** How many there were when it was last written. */
  arrived: number
  isTakingArrivals: boolean
  hasWaits: boolean
  /** Its answer to the caller is committed. */
  hasAnswered: boolean
  isLoading: boolean
  isDraining: boolean
  /** Nothing may be written for it any more. */
  isOver: boolean
  deadlineAt: number | undefined
  timer: { at: number; cancel: () => void } | undefined
  /** Does what there is to do. */
  goOn(): void
  /** Something of the run could not be read, for a reason that lies in none of its steps: it is read again as it is committed. */
  onTrouble(error: unknown): void
  /** Takes in what came from outside, and goes on. */
  takeArrivals(): void
}

export function createOwnedRun(
  host: RunHost,
  facts: RunFacts,
  index: PlanIndex,
  events: readonly JournalEvent[],
  act: { goOn: (run: OwnedRun) => void; takeArrivals: (run: OwnedRun, known: number) => void },
): OwnedRun {
  const state = initialState(index)
  for (const event of events) apply(state, event)
  state.cancelled.length = 0
  const [first] = events
  const created = first?.kind === 'run.created' ? first.data : undefined
  // A replay may begin with a retry of the run it is of, which was before its own time.
  const lastRetry = events.findLast((event) => event.kind === 'run.retried')?.at ?? 0
  const lastStart = Math.max(lastRetry, facts.startedAt)
  const { timeoutMs } = index.plan.settings
  const run: OwnedRun = {
    host,
    facts,
    index,
    state,
    workspaceId: facts.workspaceId,
    runId: facts.runId,
    epoch: facts.epoch,
    triggerId: created?.triggerId ?? '',
    isAwaited: created?.awaited === true,
    origin: created?.origin,
    startedBy: created?.by,
    trigger: undefined,
    vars: created?.vars,
    outputs: new Map(),
    collected: new Map(),
    items: new Map(),
    inputs: new Map(),
    attempts: new Map(),
    calls: new Map(),
    slots: new Map(),
    due: new Set(),
    arrivals: new Map(),
    childEnds: new Map(),
    mayHaveMissedEnds: events.some((event) => event.kind === 'run.retried'),
    heldUntil: 0,
    asked: new Map(openQuestions(state)),
    earlyVotes: new Map(),
    members: new Map(),
    events: [],
    pastDeadlines: new Set(),
    asking: new Map(),
    hasNewOffers: false,
    hasLooked: false,
    isLooking: false,
    seen: 0,
    arrived: 0,
    isTakingArrivals: false,
    hasWaits: state.waiting.size > 0 || events.some((event) => event.kind === 'step.waiting' || event.kind === 'run.paused'),
    hasAnswered: state.responded,
    isLoading: false,
    isDraining: false,
    isOver: false,
    deadlineAt: timeoutMs === undefined ? undefined : lastStart + timeoutMs,
    timer: undefined,
    goOn: () => act.goOn(run),
    takeArrivals: () => act.takeArrivals(run, run.seen),
    onCommitted(arrived) {
      host.committed(run)
      run.arrived = arrived
      if (arrived > run.seen && !run.isOver) act.takeArrivals(run, arrived)
    },
    onLost() {
      stopEverything(run, 'taken over')
      host.letGo(run, { kind: 'lost' })
    },
    onRefused(writes, error) {
      stopEverything(run, 'refused')
      host.reload(run, { path: endedIn(writes), error })
    },
    onTrouble(error) {
      stopEverything(run, 'read again')
      host.reload(run, { path: undefined, error })
    },
  }
  return run
}

function endedIn(writes: RunWrites): string | undefined {
  const path = writes.events.find((event) => event.kind === 'step.finished' || event.kind === 'step.failed')?.path ?? undefined
  return path === undefined ? undefined : (askingStep(path) ?? path)
}

/** Adds to the run's journal; what follows from it is in the state at once, and committed with the next flush. */
export function append(run: OwnedRun, fact: JournalFact, payload: JsonText | null = null): JournalEvent {
  const event: JournalEvent = { seq: run.state.seq + 1, at: run.host.time.now(), ...fact }
  apply(run.state, event)
  const writes = writesOf(run)
  writes.events.push(rowFromEvent(event, payload))
  if (payload !== null) writes.size += payload.length
  return event
}

export function writesOf(run: OwnedRun): RunWrites {
  return run.host.committer.writesOf(run)
}

export function openWait(
  run: OwnedRun,
  path: string,
  wait: { kind: string; dueAt: number | null; child?: string; event?: WaitedEvent },
  name = getNode(run.state, path).step.name,
): void {
  const writes = writesOf(run)
  run.hasWaits = true
  writes.closed.delete(path)
  writes.opened.set(path, {
    kind: wait.kind,
    name: withoutNul(name),
    openedAt: run.host.time.now(),
    dueAt: wait.dueAt,
    child: wait.child ?? null,
    event: wait.event,
  })
}

/** Notes what became of a question, unless its answer said so already. */
export function closeQuestion(run: OwnedRun, path: string, state: 'timeout' | 'closed'): void {
  const id = run.asked.get(path)
  if (id === undefined) return
  run.asked.delete(path)
  const { asked, answered } = writesOf(run)
  const unwritten = asked.findIndex((question) => question.id === id)
  // One that nobody could have seen yet is not asked at all.
  if (unwritten < 0) answered.set(id, { state, at: run.host.time.now() })
  else asked.splice(unwritten, 1)
}

function* openQuestions(state: RunState): Iterable<[path: string, id: string]> {
  for (const path of state.waiting) {
    const { wait } = getNode(state, path)
    if (wait?.kind === 'approval') yield [path, wait.id]
  }
  for (const { call } of waitingCalls(state)) if (call.wait?.kind === 'approval') yield [call.path, call.wait.id]
}

export function closeWait(run: OwnedRun, path: string): void {
  if (!run.hasWaits) return
  closeQuestion(run, path, 'closed')
  const writes = writesOf(run)
  writes.opened.delete(path)
  writes.closed.add(path)
}

/** Whether the run starts nothing new: it is about to end one way or another. */
export function isHalting({ failures, cancel, ending, end }: RunState): boolean {
  return failures.size > 0 || cancel !== undefined || ending !== undefined || end !== undefined
}

/** Ends the attempts under way and the timer. Nothing is written. */
export function stopEverything(run: OwnedRun, reason: string): void {
  run.isOver = true
  run.timer?.cancel()
  run.timer = undefined
  for (const attempt of run.attempts.values()) attempt.abort(new Error(reason))
  run.attempts.clear()
}

/** What a finished step gave, when memory holds it; a loop's list is put together at its first use. */
export function knownOutput(run: OwnedRun, node: NodeState): JsonText | undefined {
  const known = run.outputs.get(node.path)
  if (known !== undefined || !(node.error || isGathered(node))) return known
  const text = outputText(run.state, node, (seq, path) => partOf(run, seq, path))
  run.outputs.set(node.path, text)
  return text
}

export function partOf(run: OwnedRun, seq: number, path: string | undefined): JsonText | undefined {
  return path === undefined ? run.collected.get(seq) : run.outputs.get(path)
}
