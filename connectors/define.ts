import type { z } from 'zod'
import type { Json, JsonText } from '#shared/json.ts'
import type { StoredFile } from '#shared/stored-file.ts'

/** One attempt of an action, as the engine asks for it. The engine's own type has the same shape; neither imports the other. */
export interface ActionCall {
  type: string
  input: { [name: string]: Json }
  /** The same as JSON text, to the letter. */
  inputText: JsonText
  connection?: string
  idempotencyKey: string
  attempt: number
  signal: AbortSignal
  fetch: Fetch
  files: Files
  log: Log
}

/** Files in the data of runs: of this workspace only, and no larger than `mostBytes`. */
export interface Files {
  readonly mostBytes: number
  /** Throws `file_gone` or `too_large`. */
  open(id: string): Promise<FileContent>
  /** Keeps bytes with the run; gives what stands for them in its data. */
  keep(file: FileContent): Promise<StoredFile>
}

export interface FileContent {
  name: string
  type: string
  content: Uint8Array
}

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', message: string, data?: Json) => void

/** The way out of the house: every address is checked, and nothing else is allowed to connect. */
export type Fetch = (request: FetchRequest) => Promise<FetchResponse>

export interface FetchRequest {
  url: string
  method: string
  headers: [name: string, value: string][]
  body?: Uint8Array | string
  followRedirects?: boolean
  /** Bytes of the answer's body that are read at the most. */
  maxBytes?: number
  signal?: AbortSignal
}

export interface FetchResponse {
  url: string
  status: number
  statusText: string
  headers: [name: string, value: string][]
  body: Uint8Array
}

/** What an action's code is given beside its input. */
export interface ActionContext {
  /** The input as JSON text: a value that is only passed on goes out of it unchanged. */
  inputText: JsonText
  /** Visible ASCII; the same on every attempt of this step. */
  idempotencyKey: string
  attempt: number
  /** Aborted when the step's time is up or the run is cancelled. */
  signal: AbortSignal
  fetch: Fetch
  files: Files
  log: Log
}

/** An output that is JSON text already and must reach the run as it is. */
export interface TextOutput {
  jsonText: JsonText
}

export interface ActionDefinition<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  /** `app.action`: what flows that people saved call it, so it never changes. */
  id: string
  title: string
  description: string
  keywords?: string[]
  /** Strict, with words for the form and its marks in `.meta({ title, description, expression, … })`. */
  input: Input
  output: Output
  /** Values a new step starts with. */
  defaults?: { [param: string]: Json }
  /** False for an action that only reads: a repeat of it changes nothing outside. Default true. */
  effect?: boolean
  /**
   * Does it once. Throws AppError, whose code says whether another attempt could help; anything else that is thrown
   * is tried again.
   */
  run(input: z.infer<Input>, context: ActionContext): Promise<z.infer<Output> | TextOutput>
}

export interface TriggerDefinition<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  /** `app.trigger`: what flows that people saved call it, so it never changes. */
  id: string
  title: string
  description: string
  keywords?: string[]
  /** Strict, as an action's; nothing runs before a trigger, so no param takes earlier data. */
  input: Input
  /** One item, as `trigger.body` shows it. */
  output: Output
  /** Values a new trigger starts with. */
  defaults?: { [param: string]: Json }
  /** How often it looks when nobody says otherwise. Default 5 minutes. */
  every?: string
  /**
   * Looks once. Whatever it finds is compared by key with what was found before, so it may give the same items again and
   * again, in any order; each starts one run, or is only remembered when it was there at the first look. Throws AppError
   * when it can't look: it is asked again, less and less often while that lasts.
   */
  poll(input: z.infer<Input>, context: PollContext): Promise<Found<z.infer<Output>>>
}

/** What one look has found. */
export interface Found<Item> {
  /** Oldest first: runs start in this order. A key stands for one item for good. */
  items: { key: string; data: Item | TextOutput }[]
  /** Where the next look begins. It is kept in the very transaction that starts the runs of these items. */
  cursor: Json
  /** There is more at once, behind this cursor: the next page. */
  more?: boolean
}

export interface PollContext {
  /** What the look before gave; null at first. */
  cursor: Json
  /** The moment of the look, in milliseconds. */
  now: number
  /** Aborted when its time is up or the flow is turned off. */
  signal: AbortSignal
  fetch: Fetch
  /** Text that stands for a secret in a header; its value is put in on the way out, for hosts that may have it. */
  secret(name: string): string
  log: Log
}

/** One look of a trigger, as the engine asks for it. The engine's own type has the same shape; neither imports the other. */
export interface PollCall extends PollContext {
  type: string
  params: { [name: string]: Json }
}

/** What the engine gets of a look. */
export interface Polled {
  items: { key: string; data: JsonText }[]
  cursor: Json
  more: boolean
}

export interface Connector {
  /** What ids of its actions and triggers start with. */
  id: string
  title: string
  description: string
  /** The name of a Lucide icon. */
  icon: string
  actions: Action[]
  triggers: Trigger[]
}

/** A definition whose own types are forgotten: its input comes from a flow and is read by its schema. */
export type Action = Omit<ActionDefinition, 'run'> & { read(input: unknown): Read<(context: ActionContext) => Promise<unknown>> }
export type Trigger = Omit<TriggerDefinition, 'poll'> & {
  read(input: unknown): Read<(context: PollContext) => Promise<Found<unknown>>>
}
export type Read<Run> = { run: Run; problems?: undefined } | { problems: { path: string; message: string }[]; run?: undefined }

/** One thing an app can do. The types of `run` come from the schemas. */
export function defineAction<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: ActionDefinition<Input, Output>,
): Action {
  return {
    ...definition,
    read: (input) => readWith(definition.input, input, (parsed) => (context) => definition.run(parsed, context)),
  }
}

/** One kind of thing that happens in an app and starts runs. */
export function defineTrigger<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: TriggerDefinition<Input, Output>,
): Trigger {
  return {
    ...definition,
    read: (input) => readWith(definition.input, input, (parsed) => (context) => definition.poll(parsed, context)),
  }
}

function readWith<Schema extends z.ZodType, Run>(
  schema: Schema,
  input: unknown,
  use: (parsed: z.infer<Schema>) => Run,
): Read<Run> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return { run: use(parsed.data) }
  return { problems: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })) }
}

/** An app: its name and picture, what it can do and what it can tell of. */
export function defineConnector(connector: Connector): Connector {
  return connector
}
