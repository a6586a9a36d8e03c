/** What the engine tells a runner. */
export type EngineMessage =
  /** First of all; the payload is the prelude. */
  | { t: 'init'; memoryMb: number; spares: number }
  /** The payload is the code and then the data, cut by `bytes`. */
  | { t: 'run'; id: number; facts: AttemptFacts; bytes: number[]; limits: AttemptLimits }
  | { t: 'reply'; id: number; call: number; head: ReplyHead }
  | { t: 'cancel'; id: number }

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
}

export type ReplyHead =
  | { ok: true; url: string; status: number; statusText: string; headers: [string, string][]; redirected: boolean }
  | { ok: false; code: string; message: string }

/** What a runner tells the engine. The engine reads it as it would a stranger's words. */
export type RunnerMessage =
  | { t: 'ready' }
  | { t: 'call'; id: number; call: number; kind: 'fetch'; head: FetchHead }
  /** The payload is JSON: `{ message, data? }`. */
  | { t: 'log'; id: number; level: LogLevel }
  /** The payload is the result. */
  | { t: 'done'; id: number; cpuMs: number }
  | { t: 'failed'; id: number; cpuMs: number; failure: Failure }
  /** Send nothing new here: memory that does not come back. */
  | { t: 'drain' }

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface FetchHead {
  url: string
  method: string
  headers: [string, string][]
  followRedirects: boolean
}

export interface Failure {
  kind: string
  message: string
  name?: string | undefined
  stack?: string | undefined
  retryable?: boolean | undefined
  retryAfterMs?: number | undefined
}

/** A runner that is about to be lost says on stderr which attempt is to blame: this, then JSON `{ id, kind }`. */
export const lastWordsMark = 'holdfast-culprit '
