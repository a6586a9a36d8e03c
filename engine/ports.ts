import type { AppError } from '#shared/errors.ts'
import type { Json, JsonText } from '#shared/json.ts'
import type { StoredFile } from '#shared/stored-file.ts'
import type { CallKind, LinePlace } from './code/runner/messages.ts'
import type { AttemptSecrets } from './secrets/attempt-secrets.ts'

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
  files: ActionFiles
  log: LogSink
}

/** Gives the output as JSON text; throws AppError (its code says whether trying again helps). */
export type ActionRunner = (call: ActionCall) => Promise<JsonText>

/** One look of a trigger that looks by itself. */
export interface PollCall {
  type: string
  params: { [name: string]: Json }
  /** What the look before gave; null at first. */
  cursor: Json
  now: number
  signal: AbortSignal
  fetch: EgressFetch
  /** Text that stands for a secret in a header. */
  secret(name: string): string
  log: LogSink
}

/** Items oldest first; `more`: there is a next page behind this cursor. */
export interface Polled {
  items: { key: string; data: JsonText }[]
  cursor: Json
  more: boolean
}

/** Looks once; throws AppError. */
export type Poller = (call: PollCall) => Promise<Polled>

/** `place` tells where code that uses `step` was when it logged, `line` which line of the code did. */
export type LogSink = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  data?: Json,
  place?: LinePlace,
  line?: number,
) => void

/** Counts something, as the code asks for it: what is wrong with it is thrown. `number` is the request whose function did. */
export type MetricSink = (name: unknown, value: unknown, tags?: unknown, number?: number) => void

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
  /** Lists of hosts that narrow where it may go: what one of them leaves out is refused, redirects included. */
  allow?: readonly EgressRule[]
  /** What in headers stands for secrets: it is filled in on the way out, for hosts that are meant to have it. */
  references?: EgressReferences
}

/** Text that stands for secrets: `[secret <name> <mark>]`. */
export interface EgressReferences {
  /** Is in every one of them, and in nothing else. */
  mark: string
  open(name: string): Promise<OpenedSecret>
  onSent?(name: string, host: string): void
}

/** The hosts that somebody allows, as `shared/host-pattern.ts` reads them. */
export interface EgressRule {
  by: 'flow' | 'workspace'
  hosts: readonly string[]
}

/** The hosts that calls of a workspace's flows are narrowed to; undefined where they may go anywhere public. */
export type FindEgressAllow = (workspaceId: string) => readonly string[] | undefined | Promise<readonly string[] | undefined>

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
  /** The log says which line of the code wrote what; for tests, since looking costs time. */
  tellsLines?: boolean
  signal: AbortSignal
  /** Called before the first thing that touches the outside; resolves once the decision to do so is durable. */
  beforeEffect: () => Promise<void>
  fetch: EgressFetch
  log: LogSink
  metric: MetricSink
  /** What the code asks for durably. */
  calls: CodeCalls
  secrets: AttemptSecrets
  files: ActionFiles
}

/**
 * The durable work of one attempt. The code may begin from the top any number of times, after a wait, a crash or the
 * loss of its runner: every time it asks for the same things in the same order, and is given what is recorded of them,
 * in the order in which that was recorded.
 */
export interface CodeCalls {
  /** For code that uses `step`: when it first began, what its chance follows from, and what makes addresses of its waits. */
  facts(): { startedAtMs: number; seed: string; urls: { resume: string; approve: string; named: string; key: string } }
  /** The code begins from the top; `control` is how to talk to it until it ends or begins again. */
  begin(control: CodeControl): void
  request(request: CodeRequest): void
  /** A function that was to be carried out has ended. */
  ran(number: number, outcome: { result: JsonText } | { error: AppError }): void
  matched(number: number, found: boolean | AppError): void
  /** It has heard all it was told, and nothing goes on in it but waiting for what it asked for. */
  idle(): void
  /** Whether a line from that place was written when the code came past it before. */
  isWritten(place: LinePlace): boolean
  /** The attempt is over. */
  close(): void
}

/** Something code asks for that is recorded. */
export interface CodeRequest {
  /** Its place in the order of asking, from 1. */
  number: number
  kind: CallKind
  /** What the code calls it; the `times`-th of that name. */
  name: string
  times: number
  /** Tells whether two requests ask for the same. */
  hash: string
  options: JsonText
  body: Uint8Array
}

export interface CodeControl {
  /** Run the function of a request; `ran` tells what came of it. */
  carryOut(number: number, context: { attempt: number; idempotencyKey: string; nowMs: number }): void
  /** Tells that function that it took too long. */
  stop(number: number, message: string): void
  /** Hands in what came of a request. `atMs` is when it was recorded. */
  deliver(number: number, atMs: number, outcome: CallOutcome): void
  /** Asks the code whether this event is the one; `matched` answers. */
  match(number: number, event: JsonText): void
  /** Ends the attempt; `run` rejects with this. */
  end(reason: unknown): void
}

export type CallOutcome =
  | { ok: true; result: JsonText }
  | { ok: true; reply: Omit<EgressResponse, 'body'>; body: Uint8Array }
  | { ok: false; error: { code: string; message: string; attempts: number; retryable: boolean } }

/** Gives what the code returned as JSON text; throws AppError with the limit's or error's code, line and column. */
export type CodeRunner = (call: CodeCall) => Promise<JsonText>

/** A code step ready to run: plain JavaScript and its way back to the user's lines. Made when saved, never per call. */
export interface CodeBundle {
  hash: string
  code: string
  map: string
  /** It may take `step` from its context: then its time and chance are the recorded ones. */
  usesStep?: boolean
  /** It holds packages, whose loading is worth being done ahead. */
  hasPackages?: boolean
}

/**
 * An npm package that code may import: with all it depends on in a folder's `node_modules`, or with the reason why it
 * can't be used now, worded to follow its name. `hash` stands for its files, to the byte.
 */
export type CodePackage = { name: string; version: string; hash: string } & (
  | { folder: string; unusable?: undefined }
  | { folder?: undefined; unusable: string }
)

/** What the server knows of flows: which of them a run can be started of. */
export interface FlowDirectory {
  /** A flow of the workspace as a call finds it: its live version, or its draft. Throws `invalid_input` when none can run. */
  find(workspaceId: string, flowId: string, version: 'live' | 'draft'): Promise<RunnableFlow>
  /** Flows that are on and start when a run of this flow fails. */
  findFailureFlows(workspaceId: string, flowId: string): Promise<RunnableFlow[]>
}

export interface RunnableFlow {
  flowId: string
  name: string
  version: number | 'draft'
  planHash: string
  triggers: readonly { id: string; type: string; params: { [name: string]: Json } }[]
}

/** A flow that an event starts: a live version with a trigger of the event's name. */
export interface EventStart {
  flowId: string
  version: number
  planHash: string
  triggerId: string
  onlyIf?: boolean | string
}

/** Secrets of workspaces, as steps may use them. */
export interface SecretDesk {
  /** Gives a secret to a flow that may have it; throws `secret_unavailable`, which says why not and what to do. */
  open(whose: { workspaceId: string; flowId: string }, name: string): Promise<OpenedSecret>
}

/** Files of workspaces, as steps of their runs may use them. */
export interface FileDesk {
  /** A file of the workspace, with its bytes unless there are more than that; undefined when there is none of that id. */
  open(workspaceId: string, id: string, mostBytes: number): Promise<FoundFile | undefined>
  /** Keeps what a step of a run made or got, as long as the run is kept. Gives what stands for it in data. */
  keep(run: { id: string; flowId: string; workspaceId: string }, file: FileContent): Promise<StoredFile>
}

export interface FileContent {
  name: string
  type: string
  content: Uint8Array
}

type FoundFile = Omit<FileContent, 'content'> & { size: number; content: Uint8Array | undefined }

/** The files one attempt may use. */
export interface ActionFiles {
  /** The largest one. */
  readonly mostBytes: number
  /** Throws `file_gone` or `too_large`. */
  open(id: string, mostBytes?: number): Promise<FileContent>
  keep(file: FileContent): Promise<StoredFile>
}

/** A secret in the hands of one attempt. Its value is written nowhere. */
export interface OpenedSecret {
  name: string
  /** Counts the values it has had. */
  version: number
  value: string
  /** Where a reference to it may be sent. */
  hosts: readonly string[]
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
