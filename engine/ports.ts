import type { Json, JsonText } from '#shared/json.ts'

/** What the engine needs from outside. Tests hand it three-line fakes; the server hands it the real ones. */

/** One attempt of a connector's action. */
export interface ActionCall {
  type: string
  /** Params with every hole filled in, parsed. */
  input: { [name: string]: Json }
  /** The same, as JSON text: a value that was only passed on is here to the letter (big numbers, key order). */
  inputText: JsonText
  connection?: string
  idempotencyKey: string
  attempt: number
  run: { id: string; flowId: string; workspaceId: string; nodeId: string; path: string }
  signal: AbortSignal
  fetch: EgressFetch
  log: LogSink
}

/** Gives the output as JSON text; throws AppError (its code says whether trying again helps). */
export type ActionRunner = (call: ActionCall) => Promise<JsonText>

export type LogSink = (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: Json) => void

/** Counts something, as the code asks for it: what is wrong with it is thrown. */
export type MetricSink = (name: unknown, value: unknown, tags?: unknown) => void

/** Outbound HTTP, the only way out of the house: checks every address, follows at most 5 redirects. */
export type EgressFetch = (request: EgressRequest) => Promise<EgressResponse>

export interface EgressRequest {
  url: string
  method: string
  headers: [name: string, value: string][]
  body?: Uint8Array | string
  followRedirects?: boolean
  /** Bytes of the answer's body that are read at the most; more is `too_large`. Default 10 MiB. */
  maxBytes?: number
  signal?: AbortSignal
}

export interface EgressResponse {
  url: string
  status: number
  statusText: string
  headers: [name: string, value: string][]
  body: Uint8Array
  redirected: boolean
}

/** One attempt of a code step, in the sandbox. */
export interface CodeCall {
  /** What `compileCode` made of the step's TypeScript. */
  bundle: CodeBundle
  /** The context's data as JSON text, by name; a step is there only if the code names it. */
  data: {
    trigger: JsonText
    steps: { [id: string]: JsonText }
    input: JsonText
    vars: JsonText
    run: JsonText
    item?: JsonText
    index?: number
  }
  idempotencyKey: string
  attempt: number
  limits: { wallMs: number; cpuMs: number; memoryMb: number; resultBytes: number }
  signal: AbortSignal
  /** Called before the first thing that touches the outside; resolves once the decision to do so is durable. */
  beforeEffect: () => Promise<void>
  fetch: EgressFetch
  log: LogSink
  metric: MetricSink
}

/** Gives what the code returned as JSON text; throws AppError with the limit's or error's code, line and column. */
export type CodeRunner = (call: CodeCall) => Promise<JsonText>

/** A code step ready to run: plain JavaScript and its way back to the user's lines. Made when saved, never per call. */
export interface CodeBundle {
  hash: string
  code: string
  map: string
}

/** Engine time: database time plus this offset, which is 0 outside tests. */
export interface Clock {
  offsetMs(): number
  /** Resolves at the given engine time or when aborted, whichever is first; fake in tests. */
  sleepUntil(engineTimeMs: number, nowMs: number, signal: AbortSignal): Promise<void>
}

export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
