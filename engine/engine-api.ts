import type { Pool, PoolClient } from 'pg'
import type { FlowSettings } from '#shared/flow.ts'
import type { Json, JsonText } from '#shared/json.ts'
import type { LoopRoots } from '#shared/loop-sample.ts'
import type { Plan } from '#shared/plan.ts'
import type { LogLine, Run, RunStatus, RunStep, RunStreamEvent, RunSummary, StepsSummary, StepStatus } from '#shared/run.ts'
import type { RunError } from '#shared/run.ts'
import type { RequestFilter } from './db/request-filter.ts'
import type { ShownRequest } from './db/request-row.ts'
import type { PollPlace, PollRow } from './db/polls.ts'
import type { ScheduleRow } from './db/schedules.ts'
import type { LiveTriggers } from './start/live-triggers.ts'
import type { LinkedQuestion, Vote } from './approvals/approval-desk.ts'
import type { Approval } from './db/find-approval.ts'
import type { ApprovalFilter } from './db/list-approvals.ts'
import type { NewlyPublished, Signal } from './events/event-desk.ts'
import type { RunOrigin } from './state/journal.ts'
import type {
  ActionRunner,
  Clock,
  CodeBundle,
  CodeRunner,
  EgressFetch,
  EventStart,
  FindEgressAllow,
  FlowDirectory,
  Log,
  Poller,
  FileDesk,
  SecretDesk,
} from './ports.ts'

export interface EngineOptions {
  pool: Pool
  /** For listening and the worker's advisory lock; past a pooler when there is one. */
  directUrl: string
  runAction: ActionRunner
  runCode: CodeRunner
  /** Without it no trigger can look by itself. */
  poll?: Poller
  fetch: EgressFetch
  /** Absent: no workspace narrows where its flows may call. */
  findEgressAllow?: FindEgressAllow
  flows: FlowDirectory
  clock: Clock
  log: Log
  /** Signs `/resume` and `/approve` tokens; the first signs, all verify. */
  signingKeys: Uint8Array[]
  /** `https://host` in front of `/resume/…`. */
  hooksUrl: string
  /** `https://host` in front of `/approve/…`, where it is not the same. */
  publicUrl?: string
  leaseMs: number
  limits: EngineLimits
  role: 'all' | 'web' | 'worker'
  /**
   * Members by what they are called, their id or e-mail address in lower case: the id by which each is known. Without it
   * nobody is a member.
   */
  findMembers?: (workspaceId: string, names: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Is told when it is time to remind whoever is asked. */
  onReminder?: (reminder: { workspaceId: string; runId: string; path: string; approvalId: string }) => void
  /** Is told now and then that kept requests are to be sent through, should nobody have said so to this process. */
  onKept?: () => void
  /** The flows that an event of this name starts; without it none are. */
  findEventStarts?: (workspaceId: string, name: string) => Promise<readonly EventStart[]>
  /** What every run of a workspace reads as `vars` from its start on; without it there is nothing. */
  findVars?: (workspaceId: string) => JsonText | Promise<JsonText>
  /** Without it no secret is there. */
  secrets?: SecretDesk
  /** Without it no file is there, and none can be kept. */
  files?: FileDesk
  /** Absent: 30 days for all. */
  retention?: Retention
}

/** How long finished runs are kept, in days. */
export interface Retention {
  /** Of flows that don't say. */
  days: number
  /** Those that do. */
  ofFlows(): Promise<FlowRetention[]>
  /** Of requests that came while their flow was not on and could be sent through yet; never less than its runs are kept. */
  keptRequestDays?: number
  /** So many that its settings kept from starting anything are kept of a flow, the newest. */
  mostRequests?: number
}

export interface FlowRetention {
  workspaceId: string
  flowId: string
  days: number
}

export interface EngineLimits {
  outputBytes: number
  expressionBytes: number
  codeCpuMs: number
  codeMemoryMb: number
  /** Items of a `forEach`. */
  items: number
  /** Steps of a run, counting every iteration's. */
  steps: number
  /** What the runs that a process has in hand were started with, in all. */
  triggerBytes: number
  /** A file that a step sends or gets. */
  fileBytes: number
}

/** A published or draft version made ready: the plan, and the compiled code of its code steps by node id. */
export interface Compiled {
  plan: Plan
  code: { [nodeId: string]: CodeBundle }
}

export interface StartRun {
  workspaceId: string
  flowId: string
  version: number | 'draft'
  planHash: string
  triggerId: string
  /** The whole `trigger` of expressions: `{ kind, at, body, … }`. */
  trigger: JsonText
  /** Same flow, same key, within 7 days or `keyForMs`: the first run. */
  idempotencyKey?: string
  keyForMs?: number
  /** Hash of the input under the key; another one is `idempotency_mismatch`. Absent: not compared. */
  inputHash?: string
  /** For a webhook: the inbox row kept with the run; `trigger` is then stored there, once. */
  request?: InboxRequest
  vars?: JsonText
  priority?: number
  delayMs?: number
  startedBy?: string
  /** For a start that is no request: how it is kept in the inbox if it is dropped. */
  inbox?: InboxRequest
  /** Somebody waits for the answer: a process that carries the run out for another one tells it. */
  isAwaited?: boolean
  /** An id chosen beforehand: however often the start is repeated, there is one run. */
  runId?: string
  /** The run that starts this one. */
  origin?: RunOrigin
}

export interface InboxRequest {
  id: string
  method: string
  path: string
  remote: string
  sizeBytes: number
  /** It lies in the inbox already: it makes a run only if none was made of it before. */
  isKept?: true
}

export interface StartedRun {
  runId: string
  /** False when it became part of a run that was there before, or its idempotency key led to one. */
  created: boolean
  /** Its key led to a run that was there before: nothing of this start is part of it. */
  isRepeat: boolean
  /** Resolves once the run is committed; only then may anybody be told of it. */
  durable: Promise<void>
  /** What the caller of a webhook gets: the `respond` step's reply or the run's end, always after its commit. */
  reply: Promise<Reply>
}

/** A start that became no run, by its flow's settings; it lies in the inbox with the reason. */
export interface DroppedStart {
  runId: null
  reason: DropReason
}

export type DropReason = 'rate_limited' | 'singleton' | 'debounced' | 'concurrency_limit' | 'key_failed'
export type Start = StartedRun | DroppedStart

export type Reply =
  | { kind: 'respond'; status: number; headers: { [name: string]: string }; body: JsonText | null }
  | { kind: 'ended'; status: 'succeeded'; output: JsonText }
  | { kind: 'ended'; status: 'failed' | 'cancelled'; error: RunError | null }

export interface ResumeCall {
  method: string
  headers: { [name: string]: string }
  query: { [name: string]: string | string[] }
  body: JsonText
}

/** A form that a run waits for, or will. */
export interface FormWait {
  workspaceId: string
  flowId: string
  runId: string
  path: string
  /** The step's. */
  name: string
  params: { [name: string]: Json }
  state: 'open' | 'answered' | 'over'
  /** Every step of the flow that asks with a form. */
  formSteps: string[]
}

export type ResumeOutcome = 'resumed' | 'kept' | 'already_settled' | 'expired' | 'not_found' | 'ignored'

export interface Resolution {
  by: string
  /** Try again, go on as if it had been skipped, or go on with the given output. */
  action: 'retry' | 'skip' | 'output'
  output?: JsonText
}

export interface Replay {
  by: string
  /** Where it begins again; absent: from the start, or where a run stands that did not succeed. */
  from?: readonly string[]
  /** The version to run on; absent: the run's own. */
  version?: { version: number | 'draft'; planHash: string }
  /** Takes the place of `trigger.body`. */
  input?: JsonText
  /** Take the place of what steps gave, by path. */
  outputs?: ReadonlyMap<string, JsonText>
}

export interface Move {
  by: string
  version: number
  planHash: string
  /** Only tell what stands in the way. */
  dryRun?: boolean
}

/** Something that has happened in a run and could not have happened in the version it is to go on with. */
export interface Obstacle {
  /** The step it is about; '' when it is the run as a whole. */
  path: string
  code:
    | 'no_trigger'
    | 'gone'
    | 'other_type'
    | 'loop_changed'
    | 'code_changed'
    | 'differs'
    | 'new_before'
    /** The run is not waiting at this moment. */
    | 'at_work'
  message: string
}

/** What a replay would do. */
export interface ReplayPreview {
  /** Paths of steps whose outcome it begins with. */
  kept: string[]
  runs: WillRun[]
  /** Paths that lead nowhere in the version, and checkpoints that can't be taken into it. */
  missing: string[]
}

/** A step that will be executed; `[*]` in its path stands for rounds that can't be counted beforehand. */
export interface WillRun {
  path: string
  /** Whether it touches the outside. */
  effect: boolean | 'maybe'
  /** It depends on what steps before it give. */
  maybe?: true
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface RunFilter {
  workspaceId: string
  flowId?: string
  status?: RunStatus
  q?: string
  from?: string
  to?: string
  version?: number | 'draft'
  triggerId?: string
  startedBy?: string
  /** Only those that are not over. */
  unfinished?: true
  /** Only these. */
  ids?: readonly string[]
  limit: number
  cursor?: string
}

export type BulkFilter = Omit<RunFilter, 'workspaceId' | 'limit' | 'cursor'>

/** One action for all runs that fit a filter, as many a second as it says. */
export interface Bulk {
  by: string
  action: 'retry' | 'replay' | 'cancel' | 'move' | 'resolve'
  filter: BulkFilter
  ratePerSecond?: number
  replay?: Omit<Replay, 'by'>
  cancel?: { when: 'now' | 'afterStep' }
  move?: Pick<Move, 'version' | 'planHash'>
  /** Every step that waits for a person, or the one of that path. */
  resolve?: Omit<Resolution, 'by'> & { path?: string }
}

export interface BulkState {
  id: string
  action: Bulk['action']
  status: 'running' | 'finished'
  /** How many runs fitted when it was asked for, and how many were seen to. */
  count: number
  handled: number
  /** How many came to what: `done`, or the code of what stood in the way. */
  outcomes: { [outcome: string]: number }
  errors: { runId: string; path?: string; code: string; message: string }[]
  ratePerSecond: number
  createdAt: string
  finishedAt: string | null
}

/** Something of the caller's that is to stand or fall with what the engine does, such as its audit row. */
export type InSameTransaction = (client: PoolClient) => Promise<void>

/** The same, told which run it was that came of a start, if one did. */
export type WithStart = (client: PoolClient, outcome: { runId: string | null }) => Promise<void>

export interface Engine {
  /** Migrates nothing; begins claiming, timers, heartbeat. Resolves when work can be accepted. */
  start(): Promise<void>
  /** Drains: takes nothing new, lets attempts in flight finish for up to `graceMs`, hands the rest over. */
  stop(graceMs: number): Promise<void>
  /** Stores a compiled version under its content hash, in the caller's transaction when given one; the same hash is stored once. */
  savePlan(compiled: Compiled, client?: PoolClient): Promise<string>
  /** Starts a run, or lets it become part of one that has not begun, or drops it, as the flow's settings say. */
  startRun(start: StartRun): Start | Promise<Start>
  /**
   * The same in one transaction with something of the caller's. What a kept request is sent for twice fails with
   * `not_ready`: it has its run.
   */
  startRunWith(start: StartRun, also: WithStart): Promise<Start>
  /** Keeps a webhook request that starts nothing (draft, disabled, rejected), with the reason. Durable when it resolves. */
  keepRequest(
    request: InboxRequest & {
      workspaceId: string
      flowId: string
      trigger: JsonText | null
      state: 'kept' | 'rejected'
      reason: string
    },
  ): Promise<void>
  /** How many requests are kept that the flow would have taken, had it been on; counted no further than to `most`. */
  countWaiting(workspaceId: string, flowId: string, most: number): Promise<number>
  /** Which of these requests are kept still. */
  knownRequests(workspaceId: string, ids: readonly string[]): Promise<Set<string>>
  /** Which of these runs there are still. */
  knownRuns(workspaceId: string, ids: readonly string[]): Promise<Set<string>>
  /**
   * From this transaction's commit on nothing of the flow starts; what is asked to start is kept. What has begun goes on.
   * Say `pausesChanged` after the commit: then this process knows, and the others within moments.
   */
  pauseFlow(workspaceId: string, flowId: string, client: PoolClient): Promise<void>
  /** What was kept may start, in the order it came. */
  resumeFlow(workspaceId: string, flowId: string, client: PoolClient): Promise<void>
  pausesChanged(): Promise<void>
  /**
   * From this transaction's commit on the flow starts by the clock as these triggers say, and by none it had before. One
   * that means the same times as before goes on where it stood; any other begins now.
   */
  setSchedules(live: LiveTriggers, client: PoolClient): Promise<void>
  /**
   * From this transaction's commit on these triggers of the flow look by themselves, and no others. One that looks for the
   * same as before goes on where it stood; any other begins anew.
   */
  setPolls(live: LiveTriggers, client: PoolClient): Promise<void>
  /** How the triggers of a flow's live version that look by themselves stand. */
  listPolls(workspaceId: string, flowId: string): Promise<PollRow[]>
  /** It looks at once. False when there is no such trigger, or its flow is turned off. */
  hastenPoll(place: PollPlace): Promise<boolean>
  /** What a trigger would start with for the newest it finds now; undefined when it finds nothing. Starts and keeps nothing. */
  tryPoll(trial: PollTrial): Promise<JsonText | undefined>
  /** How the schedules of a flow's live version stand. */
  listSchedules(workspaceId: string, flowId: string): Promise<ScheduleRow[]>
  /** Requests of a flow, newest first, those that words are in when there is `q`. */
  listRequests(filter: RequestFilter): Promise<Page<ShownRequest>>
  /** These requests of a flow, with all that was sent. */
  findRequests(workspaceId: string, flowId: string, ids: readonly string[]): Promise<ShownRequest[]>
  /** From this transaction's commit on all that is kept of a flow waits to be sent through; `listKept` gives it. */
  markRequests(workspaceId: string, flowId: string, client: PoolClient): Promise<void>
  /** What waits to be sent through is only kept again. */
  unmarkRequests(workspaceId: string, flowId: string, client: PoolClient): Promise<void>
  /** How many requests of a flow wait to be sent through, and how many are kept that could; also as a transaction has it. */
  countKept(workspaceId: string, flowId: string, client?: PoolClient): Promise<{ toSend: number; kept: number }>
  /** Flows with requests to be sent through: those that came while they were paused, and those somebody asked for. */
  listFlowsWithKept(): Promise<{ workspaceId: string; flowId: string }[]>
  /** These requests, in the order they came: so many, or fewer that are large; none only when there are none. */
  listKept(workspaceId: string, flowId: string, limit: number): Promise<(InboxRequest & { trigger: JsonText })[]>
  /** Says what became of a kept request that made no run of its own. */
  noteKept(workspaceId: string, requestId: string, outcome: { runId: string } | { reason: string }): Promise<void>
  /** The request in the inbox that a run is the run of. */
  findRequestOf(workspaceId: string, runId: string): Promise<string | undefined>
  /** What the caller of a run got, or would get, and since when it is known; undefined while the run has not answered. */
  findAnswer(workspaceId: string, runId: string): Promise<{ reply: Reply; at: number } | undefined>
  /** The reply of a run somebody else started (a duplicate delivery waits for the first run's answer). */
  awaitReply(workspaceId: string, runId: string, signal: AbortSignal): Promise<Reply>
  /**
   * Stops a run: at once, or when what is under way has ended. Resolves once the run's owner has taken it in (or will,
   * when none is there now); 409 `run_finished` when the run had ended by itself before.
   */
  cancelRun(workspaceId: string, runId: string, by: string, when: 'now' | 'afterStep', also?: InSameTransaction): Promise<void>
  /** 409 `run_not_failed` unless failed. */
  retryRun(workspaceId: string, runId: string, by: string, also?: InSameTransaction): Promise<void>
  /**
   * Settles a step that waits for a person, parked or in doubt; the same run then goes on. The first one counts: 409
   * `already_settled`. 409 `in_doubt` while the server that had the step may still be acting.
   */
  resolveStep(workspaceId: string, runId: string, path: string, resolution: Resolution, also?: InSameTransaction): Promise<void>
  /** Starts a new run that begins with what is kept of this one; gives its id once it is durable. */
  replayRun(
    workspaceId: string,
    runId: string,
    replay: Replay,
    also?: (client: PoolClient, newId: string) => Promise<void>,
  ): Promise<string>
  /** What that would keep and run. */
  previewReplay(workspaceId: string, runId: string, replay: Replay): Promise<ReplayPreview>
  /** Puts a waiting run on another version, unless something stands in the way: then it tells what, and changes nothing. */
  moveRun(workspaceId: string, runId: string, move: Move, also?: InSameTransaction): Promise<Obstacle[]>
  /** Does one thing to many runs, at a rate, whatever dies meanwhile and to none of them twice. Durable when it resolves. */
  startBulk(
    workspaceId: string,
    bulk: Bulk,
    also?: (client: PoolClient, id: string) => Promise<void>,
  ): Promise<{ id: string; count: number }>
  /** How many runs that would be about. */
  countBulk(workspaceId: string, bulk: Bulk): Promise<number>
  getBulk(workspaceId: string, id: string): Promise<BulkState>
  /** Whether a token of `/resume/:token` is one of ours, whatever became of its wait. */
  isWaitToken(token: string): boolean
  /** A call to `/resume/:token`. */
  resume(token: string, call: ResumeCall): Promise<ResumeOutcome>
  /** The form whose address this is; undefined when it is another wait's, or nobody's. */
  findFormWait(token: string): Promise<FormWait | undefined>
  /**
   * Keeps an event and lets it have its effect: runs that wait for it hear of it, and flows that listen for it start.
   * Durable when it resolves; whatever dies afterwards, each run hears of it once and each start happens once. The same
   * id counts once, for seven days.
   */
  publishEvent(event: NewlyPublished): Promise<{ id: string; isNew: boolean }>
  /** The same for one run alone, whether it waits for it yet or not. 409 `run_finished` once it is over. */
  signalRun(signal: Signal): Promise<{ isNew: boolean }>
  /** Questions that runs ask people: the newest first. */
  listApprovals(filter: ApprovalFilter): Promise<Page<Approval>>
  findApproval(workspaceId: string, id: string): Promise<Approval | undefined>
  /** What the token of a link leads to; undefined when it is not one of ours. */
  findApprovalByToken(token: string): Promise<LinkedQuestion | undefined>
  /**
   * Counts somebody's answer: it `decided`, was `counted` among others, or is `kept` for a question that is not asked yet.
   * Each answers once, and the question is settled once: 409 `already_settled` says by whom and when, 410 `expired` that
   * it is not open any more, 403 that they are not asked, 422 what is wrong with what they filled in.
   */
  decideApproval(
    place: { workspaceId: string; runId: string; path: string },
    vote: Vote,
    also?: InSameTransaction,
  ): Promise<'decided' | 'counted' | 'kept'>
  /** Runs one step on given data, outside any run: no checkpoint, the same limits. */
  testStep(test: StepTestCall): Promise<StepTestResult>
  getRun(workspaceId: string, runId: string): Promise<Run | undefined>
  /** The same as JSON text, with the links that decide or without them, in which the flow's data is to the letter what was recorded: big numbers, order of keys. */
  getRunText(workspaceId: string, runId: string, shown?: { approvalLinks: boolean }): Promise<JsonText | undefined>
  listRuns(filter: RunFilter): Promise<Page<RunSummary>>
  listSteps(
    workspaceId: string,
    runId: string,
    page: { status?: StepStatus; parent?: string; around?: 'failed'; limit: number; cursor?: string },
  ): Promise<Page<RunStep>>
  /** The same page as JSON text, in which the flow's data is to the letter what was recorded. */
  listStepsText(workspaceId: string, runId: string, page: Parameters<Engine['listSteps']>[2]): Promise<JsonText>
  /** How many steps there are of each status; undefined when there is no such run. */
  summarizeSteps(workspaceId: string, runId: string): Promise<StepsSummary | undefined>
  listLogs(workspaceId: string, runId: string, page: { path?: string; limit: number; cursor?: string }): Promise<Page<LogLine>>
  /** Events after `afterId`, then live ones until aborted; ends after the run's end. */
  streamRun(workspaceId: string, runId: string, afterId: string | undefined, signal: AbortSignal): AsyncIterable<RunStreamEvent>
  /** A page of what a flow keeps with `state`, as JSON text, to the letter. */
  getFlowStateText(workspaceId: string, flowId: string, page: { limit: number; cursor?: string }): Promise<JsonText>
  /** A flow is deleted, in that transaction: what it keeps goes with it. Its runs stay. */
  forgetFlowState(workspaceId: string, flowId: string, client: PoolClient): Promise<void>
  /** What a run changed in its flow's state, did once, and counted, as JSON text. */
  getRunStateText(workspaceId: string, runId: string): Promise<JsonText | undefined>
  metrics(): Promise<EngineMetrics>
}

/** A trigger that is asked to look, outside any flow that runs. */
export interface PollTrial {
  workspaceId: string
  flowId: string
  triggerId: string
  type: string
  params: { [name: string]: Json }
  settings: Pick<FlowSettings, 'egress'>
  signal: AbortSignal
}

export interface StepTestCall {
  workspaceId: string
  flowId: string
  compiled: Compiled
  stepId: string
  trigger: JsonText
  steps: { [id: string]: JsonText }
  /** For a step inside a loop: what it sees of the round. */
  round?: LoopRoots
  signal: AbortSignal
}

export interface StepTestResult {
  status: 'succeeded' | 'failed'
  output: JsonText
  error: RunError | null
  logs: LogLine[]
  durationMs: number
}

export interface EngineMetrics {
  runs: { [S in RunStatus]?: number }
  /** Since this process started. */
  commits: number
  statements: number
  checkpoints: number
  attempts: number
  lostOwnership: number
  /** What flows counted with `metric`, by flow and name. */
  flows: { flowId: string; name: string; count: number; sum: number }[]
}
