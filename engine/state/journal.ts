import type { Json, JsonText } from '#shared/json.ts'
import type { RunError } from '#shared/run.ts'
import type { CallAsked, LinesMark } from '../calls/call-asked.ts'

/**
 * What happened in a run, one event after the other: everything the engine knows of a run is a fold of these.
 * `seq` is given by the run's owner and leaves no gap; `at` is engine time in milliseconds since 1970.
 */
export type JournalEvent = { seq: number; at: number } & JournalFact

export type JournalFact =
  | { kind: 'run.created'; data: RunCreated }
  | { kind: 'run.paused' }
  | { kind: 'run.cancelRequested'; data: { by: string; when: 'now' | 'afterStep' } }
  | { kind: 'run.timedOut' }
  | { kind: 'run.retried'; data: { by: string } }
  /** It goes on with another version of its flow: all that was before fits that one too. */
  | { kind: 'run.moved'; data: { by: string; version: number; planHash: string } }
  | { kind: 'run.finished'; data: RunEnd }
  | (StepFact & { path: string; attempt: number })

/** `run.paused` says that its owner let it go, with nothing left to do but wait. */
export type StepFact =
  /** `child` is the run that this attempt starts; `seed` is what a replayed code's random numbers came from. */
  | { kind: 'step.started'; data?: { effect?: true; loop?: LoopStart; call?: CallAsked; child?: string; seed?: string } }
  | { kind: 'step.finished'; data?: StepEnd }
  | { kind: 'step.failed'; data: StepFailure }
  | { kind: 'step.lost'; data: StepLoss }
  | { kind: 'step.waiting'; data: StepWait & { call?: CallAsked } }
  | { kind: 'step.skipped' }
  /** Whoever is asked was to be reminded. */
  | { kind: 'step.reminded' }
  /** An expression judged an iteration that ended; `item` -1 is the beginning. */
  | { kind: 'step.looked'; data: LoopLook }
  /** Code does nothing but wait for what it asked for: the attempt has let go of everything, and goes on later. */
  | { kind: 'step.suspended'; data: { delivered: number; lines?: LinesMark } }
  | { kind: 'step.resumed' }
  /** Code asked for what an earlier attempt of it got: the event that has it. */
  | { kind: 'step.kept'; data: { call: CallAsked; seq: number } }
  /** In a replay: what code had got in the run this is of lies ready for when it asks for it. */
  | { kind: 'step.copied'; data: { call: CallAsked; handle?: string } }
  /** A person settled a step that was parked or in doubt; with `output` the payload is what they gave. */
  | { kind: 'step.resolved'; data: { by: string; action: 'retry' | 'skip' | 'output'; handles?: string[] } }

export interface RunCreated {
  triggerId: string
  vars?: JsonText
  by?: string
  /** Somebody waits for its answer. */
  awaited?: true
  /** It begins with what is kept of that run: the events that follow, as they were there. */
  replayOf?: string
  /** Several starts are one run: the trigger but for its body, which is the list of theirs. */
  batch?: JsonText
  origin?: RunOrigin
}

/** The run another one was started by. */
export interface RunOrigin {
  runId: string
  /** The step that called; absent when the other run failed and this one deals with that. */
  path?: string
  /** That step waits for this run's end. */
  isAwaited?: true
  /** How many calls lead here. */
  depth: number
  /** Flows somewhere up the line that deal with a failure: a failure from here on starts none of them again. */
  failureFlows?: string[]
}

export interface RunEnd {
  status: 'succeeded' | 'failed' | 'cancelled'
  error: RunError | null
  /** The event whose payload is the run's output. */
  outputSeq: number | null
}

export interface StepEnd {
  /** The exits it was left by; absent: `out`. */
  handles?: string[]
  /** When the attempt began, for a step that has no event of its own for that. */
  startedAt?: number
  /** Of something code asked for: how far the lines of the code itself are written with this. */
  lines?: LinesMark
  /** A `stop` step ends the run. */
  stop?: { as: 'failed' | 'succeeded'; message: string }
  /** A `respond` step's answer; its body is the payload. Absent when another one was given before. */
  reply?: {
    status: number
    headers: { [name: string]: string }
    /** The caller had been held long enough: only who sends the request again gets it. */
    isLate?: true
  }
}

export interface StepFailure {
  error: RunError
  /** When the next attempt is due; null: attempts are used up. */
  retryAt: number | null
  startedAt?: number
  lines?: LinesMark
}

export interface StepLoss {
  /** Nothing else of the run was running. */
  alone: boolean
  /** A crash counts towards `poisoned`; a drain or a silent worker does not. */
  crashed: boolean
}

/** A loop's start fixes its items: they are the payload. */
export interface LoopStart {
  /** How many iterations there will be; absent when a condition decides. */
  total?: number
  /** In a replay: that many iterations had begun, and what is kept of them follows. */
  begun?: number
}

export interface LoopLook {
  item: number
  /** No further iteration begins. */
  isEnough?: true
  /** In a replay: iterations in which something runs again go on all the same. */
  spared?: number[]
  /** The next one begins then, and not before. */
  goOnAt?: number
  /** The payload is what is kept of the item. */
  collected?: true
}

export type StepWait =
  | { kind: 'delay'; until: number }
  | { kind: 'call'; expiresAt: number | null }
  /** For the end of a run this one started. */
  | { kind: 'child'; runId: string }
  | ({ kind: 'event'; expiresAt: number | null } & AwaitedEvent)
  /** For people's decision. */
  | ({ kind: 'approval'; id: string; expiresAt: number | null } & AskedTerms)

export interface AskedTerms {
  /** When somebody is to be reminded; absent once that was. */
  remindAt?: number
  onTimeout: 'route' | 'approve' | 'reject'
  /** What an approval by the deadline fills in. */
  fields?: { [id: string]: Json }
}

export interface AwaitedEvent {
  name: string
  /** Only what was published from then on; absent: since the run was made. */
  since?: number
  /** A function of the code that waits says whether an event is the one. */
  byCode?: true
  /** The one value it is about, when there is one. */
  key?: { path: string; value: string }
}

const kinds: ReadonlySet<unknown> = new Set<JournalEvent['kind']>([
  'run.created',
  'run.paused',
  'run.cancelRequested',
  'run.timedOut',
  'run.retried',
  'run.moved',
  'run.finished',
  'step.started',
  'step.finished',
  'step.failed',
  'step.lost',
  'step.waiting',
  'step.skipped',
  'step.reminded',
  'step.looked',
  'step.suspended',
  'step.resumed',
  'step.kept',
  'step.copied',
  'step.resolved',
])

/** Whether a row of the journal is one this engine knows: a newer one may have written others. */
export function isJournalEvent(row: { kind: string; data?: unknown }): row is JournalEvent {
  return kinds.has(row.kind)
}
