import type { LedgerCall } from '../ledger/ledger-call.ts'
import type { Told } from '../told.ts'

/** A run as its row says, finished or not. Times are milliseconds since 1970. */
export interface RunRow {
  id: string
  workspaceId: string
  flowId: string
  version: number | null
  planHash: string
  status: string
  epoch: number
  workerId: string | null
  ready: boolean
  dueAt: number | null
  arrived: number
  parent: string | null
  replayOf: string | null
  requestId: string | null
  createdAt: number
  finishedAt: number | null
  error: string | null
  outputSeq: number | null
  lastSeq: number | null
  trigger: string | null
}

export interface EventRow {
  runId: string
  seq: number
  kind: string
  path: string | null
  attempt: number | null
  at: number
  data: { [name: string]: unknown } | null
  payload: string | null
}

export interface WaitRow {
  runId: string
  path: string
  kind: string
  dueAt: number | null
}

/** All unfinished runs at one instant. */
export interface Sample {
  at: number
  runs: SampledRun[]
}

export interface SampledRun {
  id: string
  flowId: string
  status: string
  epoch: number
  workerId: string | null
  ready: boolean
  dueAt: number | null
  waits: number
  /** Of the worker that holds it: since its last beat, and whether it counts as live. */
  beatAgeMs: number | null
  isWorkerLive: boolean
  /** It waits for a slot: its flow is paused, or has as many running as may be. */
  isHeld: boolean
  /** It is among the finished ones too. */
  isOver: boolean
}

/** Something was out of order from then until then. */
export interface FaultWindow {
  what: string
  from: number
  to: number
}

export interface PlanSteps {
  [stepId: string]: {
    type: string
    join: unknown
    incoming: { source: string; handle: string }[]
    parent?: string
    onError: string
  }
}

export function versionKey(flowId: string, version: number): string {
  return `${flowId} ${version}`
}

/** Everything there is to judge by, gathered when all is quiet again. */
export interface Evidence {
  leaseMs: number
  runs: readonly RunRow[]
  /** By run, in the order of the journal. */
  events: ReadonlyMap<string, readonly EventRow[]>
  waits: readonly WaitRow[]
  audit: readonly { action: string; target: string | null; at: number }[]
  plans: ReadonlyMap<string, PlanSteps>
  /** What each published version has its steps tell the ledger, by `versionKey`: the same in two that were published twice. */
  tellings: ReadonlyMap<string, number>
  ledger: readonly LedgerCall[]
  told: readonly Told[]
  samples: readonly Sample[]
  faults: readonly FaultWindow[]
  /** When the last fault had healed, and when everything had come to rest, if it did. */
  healedAt: number
  restedAt: number | undefined
  /** The kind of every flow, and limits on how many of its runs may run at once. */
  flows: ReadonlyMap<string, { kind: string; limit: number | undefined }>
  /** What the API said at the end. */
  listed: { [status: string]: readonly string[] }
  reads: readonly { runId: string; text: string }[]
  /** What a key of another workspace was told of this one's. */
  foreign: readonly { path: string; status: number; text: string }[]
  /** Places where a secret was found. */
  leaks: readonly string[]
  /** Servers that ended by themselves. */
  falls: readonly { place: string; code: number | null; signal: string | null; said: string }[]
  /** Kinds whose run after the last fault succeeded. */
  served: readonly { kind: string; isServed: boolean; said: string }[]
}

/** One run with everything that is known of it, for the judge of its kind. */
export interface SeenRun {
  kind: string
  tag: string
  run: RunRow
  /** The trigger's body. */
  input: unknown
  outputText: string
  output: unknown
  events: readonly EventRow[]
  calls: readonly LedgerCall[]
  told: readonly Told[]
  /** Whether an attempt of the step was lost with its worker. */
  wasLost(path: string): boolean
}

export interface Violation {
  invariant: string
  runId: string | undefined
  what: string
}
