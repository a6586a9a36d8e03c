/** What the engine tells a runner. */
export type EngineMessage =
  /** First of all; the payload is the prelude. */
  | { t: 'init'; memoryMb: number; spares: number; primed: number }
  /** The payload is the code and then the data, cut by `bytes`; code that is worth being loaded ahead is sent once. */
  | {
      t: 'run'
      id: number
      facts: AttemptFacts
      bytes: number[]
      limits: AttemptLimits
      ahead?: { hash: string; mayPrime: boolean }
    }
  | { t: 'reply'; id: number; call: number; head: ReplyHead }
  | { t: 'cancel'; id: number }
  /** What came of a request, in the order of the records; the payload is its result, or the body of the reply. */
  | { t: 'deliver'; id: number; number: number; atMs: number; head: DeliveredHead }
  /** Run the function of a request: one attempt of it. */
  | { t: 'carryOut'; id: number; number: number; context: { attempt: number; idempotencyKey: string; nowMs: number } }
  /** That attempt took too long. */
  | { t: 'stop'; id: number; number: number; message: string }
  /** The payload is an event: is it the one? */
  | { t: 'match'; id: number; number: number }

export interface AttemptLimits {
  cpuMs: number
  wallMs: number
  memoryMb: number
  resultBytes: number
}

/** What of an attempt's context is not bulk data. The data texts follow it: trigger, input, vars, run, item, then one a step. */
export interface AttemptFacts {
  steps: string[]
  hasItem: boolean
  index?: number
  idempotencyKey: string
  attempt: number
  resultBytes: number
  /** Log lines say where in the code they were written. */
  tellsLines?: boolean
  /** Makes references to secrets, which the dialer knows by it. */
  secretMark: string
  /** For code that uses `step`. */
  durable?: { startedAtMs: number; seed: string; urls: { resume: string; approve: string; named: string; key: string } }
}

/** What code can ask for that is recorded, by the name under which it asks. */
export type CallKind = (typeof callKinds)[number]
export const callKinds = [
  ...(['run', 'sleep', 'waitForCall', 'waitForEvent', 'waitForApproval', 'callFlow', 'sendEvent'] as const),
  ...(['fetch', 'state.get', 'state.set', 'secrets.get', 'once', 'files.read', 'files.save'] as const),
] as const

/** The `times`-th request of that name. `options` is JSON. */
export interface RequestHead {
  kind: CallKind
  name: string
  times: number
  options: string
  form: 'none' | 'text' | 'latin1'
}

export type DeliveredHead =
  | { ok: true; reply?: ReplyHead }
  | { ok: false; error: { code: string; message: string; attempts: number; retryable: boolean } }

export type ReplyHead =
  | { ok: true; url: string; status: number; statusText: string; headers: [string, string][]; redirected: boolean }
  | { ok: false; code: string; message: string }

/** What a runner tells the engine. The engine reads it as it would a stranger's words. */
export type RunnerMessage =
  | { t: 'ready' }
  | { t: 'call'; id: number; call: number; kind: 'fetch'; head: FetchHead }
  /** Asks for a secret that is not recorded; the reply's body is its value as JSON. */
  | { t: 'secret'; id: number; call: number; name: string }
  /** Asks for a file, or for one to be kept, that is not recorded; the payload is what it is to hold. */
  | { t: 'file'; id: number; call: number; head: FileHead }
  /** The payload is JSON: `{ message, data?, at? }`; `at` is a line and column of the compiled code. */
  | { t: 'log'; id: number; level: LogLevel; place?: LinePlace | undefined }
  /** Requests are numbered from 1 in the order of asking; the payload goes with it. */
  | { t: 'request'; id: number; number: number; head: RequestHead }
  /** A function of a request ended; the payload is its result as JSON, or the failure. */
  | { t: 'ran'; id: number; number: number; ok: boolean }
  | { t: 'matched'; id: number; number: number; found: boolean }
  /** The match function threw; the payload is the failure. */
  | { t: 'unmatched'; id: number; number: number }
  /** Nothing goes on but waiting for what was requested, with so many messages about requests heard. */
  | { t: 'idle'; id: number; heard: number }
  /** The payload is JSON: `{ name, value, tags }`. */
  | { t: 'metric'; id: number; number: number }
  /** The payload is the result. */
  | { t: 'done'; id: number; cpuMs: number; wasPrimed?: boolean | undefined }
  | { t: 'failed'; id: number; cpuMs: number; failure: Failure }
  /** Send nothing new here: memory that does not come back. */
  | { t: 'drain' }

/** Where code that uses `step` was when it logged: in the function of a request, or after so many results. */
export type LinePlace = { number: number } | { delivered: number; line: number }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface FetchHead {
  url: string
  method: string
  headers: [string, string][]
  followRedirects: boolean
}

export type FileHead = { kind: 'files.read'; file: string } | { kind: 'files.save'; name: string; type: string }

export interface Failure {
  kind: string
  message: string
  name?: string | undefined
  stack?: string | undefined
  retryable?: boolean | undefined
  retryAfterMs?: number | undefined
}

/** A runner that is about to be lost says on stderr which attempt is to blame: this, then JSON `{ id, kind, priming? }`. */
export const lastWordsMark = 'holdfast-culprit '
