/**
 * What code steps have, as declarations: the web APIs of the sandbox, and the calls of their context. It is a text and
 * no file of types, because it describes another place than the one this code runs in.
 */
export const sandboxTypes = `/** A whole or partial number of milliseconds, or text such as "500ms", "10s", "5m", "2h", "3d". */
type Duration = number | \`\${number}\${'ms' | 's' | 'm' | 'h' | 'd'}\`

/** A value as it is after it was kept as JSON: dates are text, functions are gone, nothing at all is null. */
type Stored<T> = 0 extends 1 & T
  ? any
  : unknown extends T
    ? any
    : T extends string | number | boolean | null
      ? T
      : T extends undefined | void
        ? null
        : T extends { toJSON(...given: any[]): infer J }
          ? Stored<J>
          : T extends (...given: any[]) => any
            ? never
            : T extends ReadonlyMap<any, any> | ReadonlySet<any>
              ? {}
              : T extends readonly any[]
                ? { [K in keyof T]: Stored<T[K]> }
                : { [K in keyof T as T[K] extends ((...given: any[]) => any) | symbol ? never : Exclude<K, symbol>]: StoredField<T[K]> }
type StoredField<T> = 0 extends 1 & T ? any : unknown extends T ? any : T extends undefined ? undefined : Stored<T>

interface RunInfo {
  readonly id: string
  readonly flowId: string
  readonly version: number | 'draft'
  readonly startedAt: string
  /** The same for all automatic attempts of this step. Send it along, so that a service does the thing only once. */
  readonly idempotencyKey: string
  /** 1 for the first attempt at this step. */
  readonly attempt: number
}

interface Log {
  (...values: unknown[]): void
  debug(...values: unknown[]): void
  info(...values: unknown[]): void
  warn(...values: unknown[]): void
  error(...values: unknown[]): void
}

/** What the function of a step or of \`once\` is given. */
interface Attempt {
  /** The same on every attempt at this step, after a crash too. Send it along, so that a service does the thing only once. */
  readonly idempotencyKey: string
  readonly attempt: number
  /** Aborted when the attempt takes longer than its \`timeoutMs\`. */
  readonly signal: AbortSignal
  /** The time right now, in milliseconds; between steps \`Date.now()\` stands still. */
  now(): number
  /** Chance; what comes of it is recorded. */
  random(): number
}

interface RunOptions {
  /** How often it is tried before a StepError is thrown: 3 times when nothing is said. */
  retry?: { maxAttempts?: number; factor?: number; minDelayMs?: number; maxDelayMs?: number; jitter?: boolean }
  /** How long one attempt may take. */
  timeoutMs?: number
}

type Called = { received: true; method: string; headers: Record<string, string>; query: Record<string, any>; body: any } | { received: false }

/** Durable work: each call is a step of the run, recorded by its name and never done again once it succeeded. */
interface Step {
  /** Does something and keeps what it gives, as JSON: a date comes back as text. */
  run<T>(name: string, run: (attempt: Attempt) => T | Promise<T>, options?: RunOptions): Promise<Stored<T>>
  /** Waits, for years if need be, with nothing of the run in memory. */
  sleep(name: string, duration: Duration): Promise<void>
  sleepUntil(name: string, instant: string | Date): Promise<void>
  /** Waits until somebody calls \`callUrl(name)\`. */
  waitForCall(name: string, options?: { timeout?: Duration }): Promise<Called>
  /** The address that ends \`waitForCall(name)\`; a call that comes before the wait is kept for it. */
  callUrl(name: string): string
  /** Waits for an event; \`match\` says whether one is the one, from its data alone. */
  waitForEvent(
    name: string,
    options: { event: string; match?: (data: any) => boolean; timeout?: Duration },
  ): Promise<{ received: true; data: any } | { received: false }>
  /** Sends an event, once: to runs that wait for it, and to flows that start by it. */
  sendEvent(name: string, options: { event: string; data?: unknown }): Promise<void>
  /** Asks people, and waits for what they decide. */
  waitForApproval(
    name: string,
    options?: {
      title?: string
      message?: string
      /** Members or e-mail addresses; without them whoever has the link. */
      approvers?: string[]
      /** What they may fill in, as the fields of a form. */
      fields?: { id: string; label: string; type: string; required?: boolean; [more: string]: any }[]
      /** How many have to approve; the first who declines decides. */
      required?: number
      timeout?: Duration
    },
  ): Promise<{
    approved: boolean
    decision: 'approved' | 'rejected' | 'timeout'
    by: string | null
    at: string
    comment: string | null
    fields: Record<string, any>
  }>
  /** The address of the question \`waitForApproval(name)\` asks. */
  approvalUrl(name: string): string
  /** Runs another flow and gives what that gave, or, with \`wait: false\`, which run it is. */
  callFlow(name: string, options: { flowId: string; input?: unknown; wait?: boolean }): Promise<any>
}

/** What the flow keeps from run to run. */
interface State {
  /** \`value\` is null and \`version\` 0 while nothing is kept under the key. */
  get(key: string): Promise<{ value: any; version: number }>
  /** With \`ifVersion\` only if nobody has changed it since; else it throws, and its code is \`state_conflict\`. */
  set(key: string, value: unknown, options?: { ifVersion?: number }): Promise<{ version: number }>
}

/** The name of a secret; the value is never shown. */
interface SecretRef {
  /** Stands for the value in a header of \`fetch\`; it is filled in on the way out, so the code never sees it. */
  toString(): string
  /** As a result, and in the log, it is its name alone. */
  toJSON(): string
}

interface Secrets {
  /** The value. Prefer \`ref\`, which never brings it into the code. */
  get(name: SecretName): Promise<string>
  /** What stands for the value in a header of \`fetch\`. */
  ref(name: SecretName): SecretRef
}

/** A file in the run's data: its bytes are kept beside it. */
interface StoredFile {
  readonly $file: string
  readonly name: string
  readonly type: string
  readonly size: number
}
/** What a file holds. */
interface FileContent {
  readonly name: string
  readonly type: string
  readonly size: number
  bytes(): Uint8Array<ArrayBuffer>
  /** Read as UTF-8. */
  text(): string
  json(): any
  base64(): string
}
interface Files {
  /** Reads a file of the data, of up to 10 MiB: \`await files.read(trigger.files[0])\`. */
  read(file: { readonly $file: string } | { readonly base64: string; readonly type?: string }): Promise<FileContent>
  /** Keeps text or bytes, up to 10 MiB, as a file with the run; what it gives stands for the file in data. */
  save(name: string, content: string | ArrayBuffer | ArrayBufferView, options?: { type?: string }): Promise<StoredFile>
}

/** What every code step is given; its own \`Context\` adds the data that reaches it. */
interface CodeContext {
  readonly run: RunInfo
  /** The workspace's shared values, as they were when the run started. */
  readonly vars: Vars
  readonly secrets: Secrets
  /** \`log(message, data)\`, with debug, info, warn and error; \`console\` writes there too. */
  readonly log: Log
  /** Aborted when the step's time is up or the run is cancelled. */
  readonly signal: AbortSignal
  readonly step: Step
  readonly state: State
  readonly files: Files
  /** Does something once over all runs of the flow; every run gets what it gave. */
  once<T>(key: string, run: (attempt: Attempt) => T | Promise<T>): Promise<Stored<T>>
  /** Counts something. It is written with the step, once, however many attempts that takes. */
  metric(name: string, value: number, tags?: Record<string, string | number | boolean>): void
}

declare class NonRetryableError extends Error {
  constructor(message: string, options?: { cause?: unknown })
}
declare class RetryAfterError extends Error {
  constructor(when: Duration | Date, message?: string)
}
declare class StepError extends Error {
  readonly code: string
  readonly attempts: number
}

declare var console: Log & {
  log(...values: unknown[]): void
  trace(...values: unknown[]): void
  dir(...values: unknown[]): void
  table(...values: unknown[]): void
  group(...values: unknown[]): void
  groupEnd(): void
  assert(isTrue?: unknown, ...values: unknown[]): void
  count(label?: string): void
  countReset(label?: string): void
  time(label?: string): void
  timeLog(label?: string, ...values: unknown[]): void
  timeEnd(label?: string): void
}

declare class DOMException extends Error {
  constructor(message?: string, name?: string)
  readonly code: number
}
declare class Event {
  constructor(type: string)
  readonly type: string
  readonly target: unknown
  readonly defaultPrevented: boolean
  preventDefault(): void
}
type Listener = ((event: any) => void) | { handleEvent(event: any): void }
declare class EventTarget {
  addEventListener(type: string, listener: Listener, options?: boolean | { once?: boolean }): void
  removeEventListener(type: string, listener: Listener): void
  dispatchEvent(event: Event): boolean
}

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: any
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}
declare var AbortSignal: {
  new (): AbortSignal
  timeout(ms: number): AbortSignal
  abort(reason?: any): AbortSignal
  any(signals: AbortSignal[]): AbortSignal
}
declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: any): void
}

type HeadersInit = Headers | Record<string, string | SecretRef> | [string, string | SecretRef][]
declare class Headers implements Iterable<[string, string]> {
  constructor(init?: HeadersInit)
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  getSetCookie(): string[]
  has(name: string): boolean
  set(name: string, value: string): void
  forEach(each: (value: string, name: string) => void): void
  entries(): IterableIterator<[string, string]>
  keys(): IterableIterator<string>
  values(): IterableIterator<string>
  [Symbol.iterator](): IterableIterator<[string, string]>
}
type BodyInit = string | ArrayBuffer | Uint8Array | URLSearchParams | null
interface RequestInit {
  method?: string
  headers?: HeadersInit
  body?: BodyInit
  redirect?: 'follow' | 'error' | 'manual'
  signal?: AbortSignal | null
}
interface Body {
  readonly bodyUsed: boolean
  arrayBuffer(): Promise<ArrayBuffer>
  bytes(): Promise<Uint8Array>
  json(): Promise<any>
  text(): Promise<string>
}
declare class Request {
  constructor(input: string | URL | Request, init?: RequestInit)
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly signal: AbortSignal | null
  clone(): Request
}
interface Request extends Body {}
declare class Response {
  constructor(body?: BodyInit, init?: { status?: number; statusText?: string; headers?: HeadersInit })
  static json(value: unknown, init?: { status?: number; headers?: HeadersInit }): Response
  readonly ok: boolean
  readonly status: number
  readonly statusText: string
  readonly url: string
  readonly redirected: boolean
  readonly headers: Headers
  clone(): Response
}
interface Response extends Body {}
/** Goes out through Holdfast: private addresses are refused unless an admin allowed them. */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>

declare class URLSearchParams implements Iterable<[string, string]> {
  constructor(init?: string | Record<string, string> | [string, string][] | URLSearchParams)
  readonly size: number
  append(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string): boolean
  set(name: string, value: string): void
  sort(): void
  entries(): IterableIterator<[string, string]>
  keys(): IterableIterator<string>
  values(): IterableIterator<string>
  [Symbol.iterator](): IterableIterator<[string, string]>
  toString(): string
}
declare class URL {
  constructor(url: string | URL, base?: string | URL)
  static canParse(url: string, base?: string): boolean
  hash: string
  host: string
  hostname: string
  href: string
  readonly origin: string
  password: string
  pathname: string
  port: string
  protocol: string
  search: string
  readonly searchParams: URLSearchParams
  username: string
  toString(): string
  toJSON(): string
}

declare class TextEncoder {
  encode(text?: string): Uint8Array
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: ArrayBuffer | Uint8Array): string
}
declare function atob(data: string): string
declare function btoa(data: string): string
declare function structuredClone<T>(value: T): T
declare function setTimeout(then: (...values: any[]) => void, ms?: number, ...values: any[]): number
declare function clearTimeout(id: number | undefined): void
declare function setInterval(then: (...values: any[]) => void, ms?: number, ...values: any[]): number
declare function clearInterval(id: number | undefined): void
declare function setImmediate(then: (...values: any[]) => void, ...values: any[]): number
declare function clearImmediate(id: number | undefined): void
declare function queueMicrotask(then: () => void): void
declare var performance: { now(): number; readonly timeOrigin: number }

declare var crypto: {
  getRandomValues<T extends Uint8Array | Uint16Array | Uint32Array>(into: T): T
  randomUUID(): string
  readonly subtle: {
    digest(algorithm: string | { name: string }, data: ArrayBuffer | Uint8Array): Promise<ArrayBuffer>
    importKey(format: 'raw', key: ArrayBuffer | Uint8Array, algorithm: { name: 'HMAC'; hash: string | { name: string } }, extractable: boolean, uses: string[]): Promise<unknown>
    sign(algorithm: string | { name: string }, key: any, data: ArrayBuffer | Uint8Array): Promise<ArrayBuffer>
    verify(algorithm: string | { name: string }, key: any, signature: ArrayBuffer | Uint8Array, data: ArrayBuffer | Uint8Array): Promise<boolean>
  }
}
interface Buffer extends Uint8Array {
  equals(other: Uint8Array): boolean
  compare(other: Uint8Array): -1 | 0 | 1
  toString(encoding?: 'utf8' | 'base64' | 'base64url' | 'hex'): string
}
declare var Buffer: {
  from(data: string | ArrayBuffer | Uint8Array | number[], encoding?: 'utf8' | 'base64' | 'base64url' | 'hex'): Buffer
  alloc(size: number, fill?: number): Buffer
  isBuffer(value: unknown): value is Buffer
  byteLength(text: string): number
  compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1
  concat(parts: Uint8Array[], length?: number): Buffer
}
`
