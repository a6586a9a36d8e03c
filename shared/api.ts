import { z } from 'zod'
import { Flow } from './flow.ts'
import { FormField } from './form-field.ts'
import { FlowStateEntry, RunStateView } from './flow-state.ts'
import { HostPattern } from './host-pattern.ts'
import { InboxPage, maxRatePerSecond, RequestDrain, WholeRequest } from './inbox-request.ts'
import { requestStates } from './request-states.ts'
import { Json } from './json.ts'
import { isExactVersion, isPackageName, isVersionTag } from './package-name.ts'
import type { Permission } from './permissions.ts'
import { missedPolicies } from './schedule/schedule.ts'
import {
  NewSecret,
  NewVariable,
  SecretChange,
  SecretReplacement,
  SecretSummary,
  Variable,
  VariableReplacement,
} from './values.ts'
import { Instant, LogLine, Run, RunError, RunStatus, RunStep, RunSummary, StepsSummary, StepStatus } from './run.ts'
import { SystemInfo } from './system.ts'

/** One address of the HTTP API. Paths are Express paths below `/api/v1`; bodies and replies are JSON. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  summary: string
  /** Who may call it; `anyone` needs no sign-in, `signedIn` any account or key. */
  permission: Permission
  query?: z.ZodType
  body?: z.ZodType
  /** What it answers; absent for 204. `text/event-stream` routes describe one event. */
  reply?: z.ZodType
  status: 200 | 201 | 202 | 204
  stream?: true
  /** What a route that writes its own answer answers, when it is no stream of events. */
  media?: string
}

const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })
const PageQuery = z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().optional() })

export const Problem = z.object({
  severity: z.enum(['error', 'warning']),
  nodeId: z.string().optional(),
  edge: z.string().optional(),
  param: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  /** The npm package it is about. */
  package: z.string().optional(),
  code: z.string(),
  message: z.string(),
})

/** What keeps a run from going on with another version. */
export const Obstacle = z.object({ path: z.string(), code: z.string(), message: z.string() })
export type Obstacle = z.infer<typeof Obstacle>

/** RFC 9457, as every error is answered. */
export const ProblemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  problems: z.array(Problem).optional(),
  obstacles: z.array(Obstacle).optional(),
})
export type ProblemDetails = z.infer<typeof ProblemDetails>

export const Me = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.string(),
  workspaceId: z.string(),
})
export type Me = z.infer<typeof Me>

export const Endpoint = z.object({
  nodeId: z.string(),
  kind: z.enum(['webhook', 'form', 'email']),
  url: z.string(),
  /** Of an e-mail address: whether this server takes e-mail. */
  listening: z.boolean().optional(),
})
export type Endpoint = z.infer<typeof Endpoint>

export const FlowSummary = z.object({
  id: z.string(),
  name: z.string(),
  revision: z.number(),
  publishedVersion: z.number().nullable(),
  enabled: z.boolean(),
  paused: z.boolean(),
  /** Whether the draft differs from the published version in more than layout. */
  changed: z.boolean(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type FlowSummary = z.infer<typeof FlowSummary>

export const FlowDetail = FlowSummary.extend({ document: Flow, endpoints: z.array(Endpoint) })
export type FlowDetail = z.infer<typeof FlowDetail>

/** One schedule of a flow, with the times it starts runs at next. */
export const ScheduleState = z.object({
  nodeId: z.string(),
  /** `ended`: no more times come. While it is `paused` or `off`, `next` is what comes once it goes on. */
  state: z.enum(['on', 'paused', 'off', 'ended', 'draft']),
  rules: z.array(z.object({ cron: z.string(), timezone: z.string(), words: z.string() })),
  missed: z.enum(missedPolicies),
  /** The last time that started a run. */
  last: Instant.nullable(),
  next: z.array(Instant),
})
export type ScheduleState = z.infer<typeof ScheduleState>

/** A trigger that looks by itself whether there is something new, in the flow's live version. */
export const PollState = z.object({
  nodeId: z.string(),
  type: z.string(),
  state: z.enum(['on', 'paused', 'off']),
  everyMs: z.number(),
  /** It looks just now. */
  checking: z.boolean(),
  /** When it looked last and could; null: it has not yet. */
  last: Instant.nullable(),
  /** Null while the flow is off. While it is paused, what comes once it goes on. */
  next: Instant.nullable(),
  /** How many items have started something, and when the last one did. */
  found: z.number(),
  lastFound: Instant.nullable(),
  /** Why it could not look the last time, how often in a row, and since when. */
  error: z.object({ code: z.string(), message: z.string(), failures: z.number(), since: Instant }).nullable(),
})
export type PollState = z.infer<typeof PollState>

export const JsonPatchOperation = z.discriminatedUnion('op', [
  z.object({ op: z.literal('add'), path: z.string(), value: Json }),
  z.object({ op: z.literal('replace'), path: z.string(), value: Json }),
  z.object({ op: z.literal('test'), path: z.string(), value: Json }),
  z.object({ op: z.literal('remove'), path: z.string() }),
  z.object({ op: z.literal('move'), from: z.string(), path: z.string() }),
  z.object({ op: z.literal('copy'), from: z.string(), path: z.string() }),
])
export type JsonPatchOperation = z.infer<typeof JsonPatchOperation>

export const VersionSummary = z.object({
  version: z.number(),
  comment: z.string(),
  publishedAt: Instant,
  publishedBy: z.string(),
})
export type VersionSummary = z.infer<typeof VersionSummary>

export const StepTest = z.object({
  status: z.enum(['succeeded', 'failed']),
  output: Json,
  error: RunError.nullable(),
  logs: z.array(LogLine),
  durationMs: z.number(),
})
export type StepTest = z.infer<typeof StepTest>

/** Where a step's sample data came from: what the canvas shows and what a test of a later step uses. */
export const Sample = z.object({
  stepId: z.string(),
  source: z.enum(['test', 'run', 'request', 'written']),
  at: Instant,
  value: Json,
})
export type Sample = z.infer<typeof Sample>

export const ApiKeyScope = z.enum(['read', 'run', 'build', 'admin'])
export const ApiKeySummary = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(ApiKeyScope),
  /** The first characters of the key, to tell keys apart. */
  hint: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
})
export type ApiKeySummary = z.infer<typeof ApiKeySummary>

/** What the npm registry says of a package, in its newest version or the one that was asked for. */
export const RegistryPackage = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
})
export type RegistryPackage = z.infer<typeof RegistryPackage>

/** An npm package that the workspace's code can import. */
export const PackageSummary = RegistryPackage.extend({
  state: z.enum(['installing', 'ready', 'failed']),
  /** Why it failed. */
  reason: z.string().nullable(),
  integrity: z.string().nullable(),
  /** With all it depends on. */
  files: z.number().nullable(),
  bytes: z.number().nullable(),
  addedBy: z.string(),
  addedAt: Instant,
})
export type PackageSummary = z.infer<typeof PackageSummary>
/** With what its installation said. */
export const PackageDetail = PackageSummary.extend({ log: z.array(z.string()) })
export type PackageDetail = z.infer<typeof PackageDetail>

/** Declarations and manifests, as paths below a `node_modules`; `isCut` when there are too many to send. */
export const PackageTypes = z.object({
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  isCut: z.boolean(),
})
export type PackageTypes = z.infer<typeof PackageTypes>

/** A start that became no run (202), and why. */
export const DroppedStart = z.object({ runId: z.null(), reason: z.string() })
export type DroppedStart = z.infer<typeof DroppedStart>

/** What a replay would do. In a path `[*]` stands for rounds of a loop that can't be counted beforehand. */
export const ReplayPreview = z.object({
  kept: z.array(z.string()),
  runs: z.array(
    z.object({
      path: z.string(),
      /** Whether it touches the outside; code may. */
      effect: z.union([z.boolean(), z.literal('maybe')]),
      /** Whether it runs depends on what steps before it give. */
      maybe: z.literal(true).optional(),
    }),
  ),
  /** Paths that lead nowhere in the version, and outcomes that can't be taken into it. */
  missing: z.array(z.string()),
})
export type ReplayPreview = z.infer<typeof ReplayPreview>

export const BulkState = z.object({
  id: z.string(),
  action: z.enum(['retry', 'replay', 'cancel', 'move', 'resolve']),
  status: z.enum(['running', 'finished']),
  /** How many runs fitted when it was asked for, and how many were seen to. */
  count: z.number(),
  handled: z.number(),
  /** How many came to what: `done`, or the code of what stood in the way. */
  outcomes: z.record(z.string(), z.number()),
  errors: z.array(z.object({ runId: z.string(), path: z.string().optional(), code: z.string(), message: z.string() })),
  ratePerSecond: z.number(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
})
export type BulkState = z.infer<typeof BulkState>

const Replay = z.object({
  from: z.union([z.string(), z.array(z.string()).max(1000)]).optional(),
  version: z.enum(['same', 'latest']).default('same'),
  input: Json.optional(),
  outputs: z.record(z.string(), Json).optional(),
})

/** A question that a run asks people. */
export const ApprovalView = z.object({
  id: z.string(),
  runId: z.string(),
  flowId: z.string(),
  path: z.string(),
  title: z.string(),
  message: z.string(),
  fields: z.array(FormField),
  required: z.number(),
  /** How many have approved. */
  approvals: z.number(),
  onTimeout: z.enum(['route', 'approve', 'reject']),
  /** `timeout`: nobody answered in time; `closed`: the run needs no answer any more. */
  status: z.enum(['open', 'approved', 'rejected', 'timeout', 'closed']),
  askedAt: Instant,
  expiresAt: Instant.nullable(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
  comment: z.string().nullable(),
  /** Whether the caller can answer it now. */
  mayDecide: z.boolean(),
})
export type ApprovalView = z.infer<typeof ApprovalView>

const Credentials = z.object({ email: z.email(), password: z.string() })
const EventName = z.string().min(1).max(200)
/** The sender's own id of something: the same one counts once. */
const SenderId = z.string().min(1).max(200)
const Version = z.coerce.number().int().positive()
const PackageName = z
  .string()
  .refine(isPackageName, 'Not the name of a package: take it as npm writes it, such as zod or @scope/name')

const RunFilter = z.object({
  flowId: z.string().optional(),
  status: RunStatus.optional(),
  q: z.string().optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  version: z.union([Version, z.literal('draft')]).optional(),
  trigger: z.string().optional(),
})

/** `api.example.com`, `*.example.com`, either with a port. */
const EgressSettings = z.object({ allow: z.array(HostPattern).max(200).nullable() })

export const routes = {
  setup: {
    method: 'POST',
    path: '/setup',
    summary: 'Make the owner account; once',
    permission: 'anyone',
    status: 201,
    body: z.object({ token: z.string().optional(), email: z.email(), name: z.string().min(1).max(200), password: z.string() }),
    reply: Me,
  },
  setupState: {
    method: 'GET',
    path: '/setup',
    summary: 'Whether an owner account is still to be made',
    permission: 'anyone',
    status: 200,
    reply: z.object({ needed: z.boolean(), tokenNeeded: z.boolean() }),
  },
  login: { method: 'POST', path: '/login', summary: 'Sign in', permission: 'anyone', status: 200, body: Credentials, reply: Me },
  logout: { method: 'POST', path: '/logout', summary: 'Sign out', permission: 'signedIn', status: 204 },
  me: { method: 'GET', path: '/me', summary: 'Who is calling', permission: 'signedIn', status: 200, reply: Me },

  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    summary: 'API keys',
    permission: 'keys.manage',
    status: 200,
    query: PageQuery,
    reply: page(ApiKeySummary),
  },
  createApiKey: {
    method: 'POST',
    path: '/api-keys',
    summary: 'Make an API key; its value is shown this once',
    permission: 'keys.manage',
    status: 201,
    body: z.object({ name: z.string().min(1).max(200), scopes: z.array(ApiKeyScope).min(1), expiresAt: Instant.optional() }),
    reply: ApiKeySummary.extend({ key: z.string() }),
  },
  deleteApiKey: { method: 'DELETE', path: '/api-keys/:id', summary: 'Revoke an API key', permission: 'keys.manage', status: 204 },

  listFlows: {
    method: 'GET',
    path: '/flows',
    summary: 'Flows, newest first',
    permission: 'flows.read',
    status: 200,
    query: PageQuery.extend({ q: z.string().optional(), folder: z.string().optional() }),
    reply: page(FlowSummary),
  },
  createFlow: {
    method: 'POST',
    path: '/flows',
    summary: 'Make a flow',
    permission: 'flows.edit',
    status: 201,
    body: z.object({ name: z.string().max(200).optional(), document: z.unknown().optional() }),
    reply: FlowDetail,
  },
  getFlow: {
    method: 'GET',
    path: '/flows/:id',
    summary: 'One flow with its draft',
    permission: 'flows.read',
    status: 200,
    reply: FlowDetail,
  },
  updateFlow: {
    method: 'PATCH',
    path: '/flows/:id',
    summary: 'Rename a flow',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ name: z.string().min(1).max(200) }),
    reply: FlowDetail,
  },
  deleteFlow: { method: 'DELETE', path: '/flows/:id', summary: 'Delete a flow', permission: 'flows.edit', status: 204 },
  putDraft: {
    method: 'PUT',
    path: '/flows/:id/draft',
    summary: 'Save the draft; 409 when it moved on',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ document: z.unknown(), revision: z.number().int() }),
    reply: z.object({ revision: z.number(), endpoints: z.array(Endpoint) }),
  },
  patchDraft: {
    method: 'PATCH',
    path: '/flows/:id/draft',
    summary: 'Change the draft by an RFC 6902 patch; 409 when it moved on',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ patch: z.array(JsonPatchOperation), revision: z.number().int() }),
    reply: z.object({ revision: z.number(), endpoints: z.array(Endpoint) }),
  },
  validateFlow: {
    method: 'POST',
    path: '/flows/:id/validate',
    summary: 'What stands in the way of publishing',
    permission: 'flows.read',
    status: 200,
    body: z.object({ document: z.unknown().optional() }),
    reply: z.object({ problems: z.array(Problem) }),
  },
  publishFlow: {
    method: 'POST',
    path: '/flows/:id/publish',
    summary: 'Make the draft the live version',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ comment: z.string().max(2000).optional() }),
    reply: z.object({
      version: z.number(),
      /** Warnings, when there are any. */
      problems: z.array(Problem).optional(),
    }),
  },
  getFlowTypes: {
    method: 'GET',
    path: '/flows/:id/types',
    summary: 'TypeScript declarations for the code steps of the draft',
    permission: 'flows.read',
    status: 200,
    reply: z.object({
      /** Declarations, by paths beside those of the steps. */
      files: z.array(z.object({ path: z.string(), text: z.string() })),
      /** Where the text of each code step has to stand for the declarations to be those of its context. */
      steps: z.record(z.string(), z.string()),
    }),
  },
  enableFlow: {
    method: 'POST',
    path: '/flows/:id/enable',
    summary: 'Turn on',
    permission: 'flows.edit',
    status: 200,
    reply: FlowDetail,
  },
  disableFlow: {
    method: 'POST',
    path: '/flows/:id/disable',
    summary: 'Turn off',
    permission: 'flows.edit',
    status: 200,
    reply: FlowDetail,
  },
  pauseFlow: {
    method: 'POST',
    path: '/flows/:id/pause',
    summary: 'Keep what asks to start, and start nothing',
    permission: 'flows.edit',
    status: 200,
    reply: FlowDetail,
  },
  resumeFlow: {
    method: 'POST',
    path: '/flows/:id/resume',
    summary: 'Go on, first with what was kept, in the order it came',
    permission: 'flows.edit',
    status: 200,
    reply: FlowDetail,
  },
  listSchedules: {
    method: 'GET',
    path: '/flows/:id/schedules',
    summary: 'When the flow starts by the clock: its live version, or its draft',
    permission: 'flows.read',
    status: 200,
    query: z.object({
      version: z.enum(['live', 'draft']).default('live'),
      /** How many of the next times. */
      count: z.coerce.number().int().min(1).max(100).default(10),
    }),
    reply: page(ScheduleState),
  },
  listPolls: {
    method: 'GET',
    path: '/flows/:id/polls',
    summary: 'How the triggers of the live version stand that look by themselves',
    permission: 'flows.read',
    status: 200,
    reply: page(PollState),
  },
  checkPoll: {
    method: 'POST',
    path: '/flows/:id/polls/:nodeId/check',
    summary: 'Have a trigger look now',
    permission: 'runs.start',
    status: 202,
    reply: PollState,
  },
  listVersions: {
    method: 'GET',
    path: '/flows/:id/versions',
    summary: 'Published versions, newest first',
    permission: 'flows.read',
    status: 200,
    query: PageQuery,
    reply: page(VersionSummary),
  },
  getVersion: {
    method: 'GET',
    path: '/flows/:id/versions/:version',
    summary: 'One published version',
    permission: 'flows.read',
    status: 200,
    reply: VersionSummary.extend({ document: Flow }),
  },
  restoreVersion: {
    method: 'POST',
    path: '/flows/:id/versions/:version/restore',
    summary: 'Bring a version back into the draft',
    permission: 'flows.edit',
    status: 200,
    reply: FlowDetail,
  },
  rollbackFlow: {
    method: 'POST',
    path: '/flows/:id/rollback',
    summary: 'Make an older version live again, as a new one',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ version: Version }),
    reply: z.object({ version: z.number() }),
  },
  testStep: {
    method: 'POST',
    path: '/flows/:id/test-step',
    summary: 'Run one step on sample data',
    permission: 'steps.test',
    status: 200,
    body: z.object({ document: z.unknown(), stepId: z.string(), input: Json.optional() }),
    reply: StepTest,
  },
  listSamples: {
    method: 'GET',
    path: '/flows/:id/samples',
    summary: 'Sample data of every step that has some',
    permission: 'flows.read',
    status: 200,
    reply: z.object({ items: z.array(Sample) }),
  },
  getSample: {
    method: 'GET',
    path: '/flows/:id/samples/:stepId',
    summary: 'Sample data of one step',
    permission: 'flows.read',
    status: 200,
    reply: Sample,
  },
  putSample: {
    method: 'PUT',
    path: '/flows/:id/samples/:stepId',
    summary: 'Write sample data',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ value: Json, source: z.enum(['test', 'run', 'request', 'written']).default('written') }),
    reply: Sample,
  },
  deleteSample: {
    method: 'DELETE',
    path: '/flows/:id/samples/:stepId',
    summary: 'Forget sample data',
    permission: 'flows.edit',
    status: 204,
  },
  getFlowState: {
    method: 'GET',
    path: '/flows/:id/state',
    summary: 'What a flow keeps from run to run, by key',
    permission: 'flows.read',
    status: 200,
    query: PageQuery,
    reply: page(FlowStateEntry),
  },
  getCatalog: {
    method: 'GET',
    path: '/catalog',
    summary: 'Node types with their params as JSON Schema',
    permission: 'catalog.read',
    status: 200,
    reply: z.object({ items: z.array(z.unknown()) }),
  },

  startRun: {
    method: 'POST',
    path: '/flows/:id/runs',
    summary: 'Start a run',
    permission: 'runs.start',
    status: 201,
    body: z.object({
      input: Json.optional(),
      trigger: z.string().optional(),
      idempotencyKey: z.string().min(1).max(200).optional(),
      version: z.union([z.number().int().positive(), z.literal('draft')]).optional(),
      priority: z.number().int().min(-100).max(100).optional(),
      delayMs: z.number().int().nonnegative().optional(),
      wait: z.number().nonnegative().max(300).optional(),
    }),
    reply: z.union([Run, DroppedStart]),
  },
  listRequests: {
    method: 'GET',
    path: '/flows/:id/requests',
    summary: 'Requests that came in for a flow, newest first; two of them compared with `ids`',
    permission: 'runs.read',
    status: 200,
    query: PageQuery.extend({
      state: z.enum(requestStates).optional(),
      q: z.string().max(200).optional(),
      from: Instant.optional(),
      to: Instant.optional(),
      /** Two ids with a comma between them: both with all that was sent, and where they differ. */
      ids: z.string().max(200).optional(),
    }),
    reply: InboxPage,
  },
  getDrain: {
    method: 'GET',
    path: '/flows/:id/requests/drain',
    summary: 'How far kept requests are through',
    permission: 'runs.read',
    status: 200,
    reply: RequestDrain,
  },
  startDrain: {
    method: 'POST',
    path: '/flows/:id/requests/drain',
    summary: 'Send all that is kept of a flow through, in the order it came, so many a second; or change how many',
    permission: 'runs.start',
    status: 202,
    body: z.object({ ratePerSecond: z.number().min(0.01).max(maxRatePerSecond).default(10) }),
    reply: RequestDrain,
  },
  stopDrain: {
    method: 'DELETE',
    path: '/flows/:id/requests/drain',
    summary: 'Send no more kept requests through',
    permission: 'runs.start',
    status: 200,
    reply: RequestDrain,
  },
  getRequest: {
    method: 'GET',
    path: '/flows/:id/requests/:request',
    summary: 'One request, with all that was sent',
    permission: 'runs.read',
    status: 200,
    reply: WholeRequest,
  },
  sendRequest: {
    method: 'POST',
    path: '/flows/:id/requests/:request/send',
    summary: 'Send a request through again, to the draft or the live version',
    permission: 'runs.start',
    status: 201,
    body: z.object({ to: z.enum(['draft', 'live']) }),
    reply: z.union([Run, DroppedStart]),
  },
  sampleRequest: {
    method: 'POST',
    path: '/flows/:id/requests/:request/sample',
    summary: 'Use a request as the sample of its start step',
    permission: 'flows.edit',
    status: 200,
    body: z.object({ stepId: z.string().optional() }),
    reply: Sample,
  },
  listRuns: {
    method: 'GET',
    path: '/runs',
    summary: 'Runs, newest first',
    permission: 'runs.read',
    status: 200,
    query: PageQuery.extend(RunFilter.shape),
    reply: page(RunSummary),
  },
  getRun: { method: 'GET', path: '/runs/:id', summary: 'One run', permission: 'runs.read', status: 200, reply: Run },
  listSteps: {
    method: 'GET',
    path: '/runs/:id/steps',
    summary: 'Steps of a run, in start order',
    permission: 'runs.read',
    status: 200,
    query: PageQuery.extend({
      status: StepStatus.optional(),
      parent: z.string().optional(),
      around: z.literal('failed').optional(),
    }),
    reply: page(RunStep),
  },
  summarizeSteps: {
    method: 'GET',
    path: '/runs/:id/steps/summary',
    summary: 'How many steps of a run there are of each status, in all and by step',
    permission: 'runs.read',
    status: 200,
    reply: StepsSummary,
  },
  listLogs: {
    method: 'GET',
    path: '/runs/:id/logs',
    summary: 'Log lines of a run, oldest first',
    permission: 'runs.read',
    status: 200,
    query: PageQuery.extend({ path: z.string().optional() }),
    reply: page(LogLine),
  },
  getRunState: {
    method: 'GET',
    path: '/runs/:id/state',
    summary: 'What a run changed in its flow’s state, did once, and counted',
    permission: 'runs.read',
    status: 200,
    reply: RunStateView,
  },
  streamRun: {
    method: 'GET',
    path: '/runs/:id/stream',
    summary: 'What happens in a run, as it happens',
    permission: 'runs.read',
    status: 200,
    stream: true,
  },
  getFile: {
    method: 'GET',
    path: '/files/:id',
    summary: 'A file in the data of a run',
    permission: 'runs.read',
    status: 200,
    stream: true,
    media: 'application/octet-stream',
  },
  cancelRun: {
    method: 'POST',
    path: '/runs/:id/cancel',
    summary: 'Stop a run',
    permission: 'runs.control',
    status: 200,
    body: z.object({ when: z.enum(['now', 'afterStep']).default('now') }),
    reply: Run,
  },
  retryRun: {
    method: 'POST',
    path: '/runs/:id/retry',
    summary: 'Let a failed run go on from where it failed',
    permission: 'runs.control',
    status: 200,
    reply: Run,
  },
  replayRun: {
    method: 'POST',
    path: '/runs/:id/replay',
    summary: 'Start a new run that begins with what is kept of this one; with dryRun, tell what it would do',
    permission: 'runs.control',
    status: 201,
    body: Replay.extend({ dryRun: z.boolean().default(false) }),
    reply: z.union([Run, ReplayPreview]),
  },
  bulkRuns: {
    method: 'POST',
    path: '/runs/bulk',
    summary: 'Do one thing to all runs that fit a filter, so many a second; with dryRun, count them',
    permission: 'runs.control',
    status: 202,
    body: z.object({
      action: z.enum(['retry', 'replay', 'cancel', 'move', 'resolve']),
      filter: z.strictObject({ ...RunFilter.shape, ids: z.array(z.string()).min(1).max(1000).optional() }),
      ratePerSecond: z.number().positive().max(1000).default(10),
      dryRun: z.boolean().default(false),
      replay: Replay.optional(),
      cancel: z.object({ when: z.enum(['now', 'afterStep']).default('now') }).optional(),
      move: z.object({ version: z.number().int().positive() }).optional(),
      resolve: z
        .object({ action: z.enum(['retry', 'skip', 'output']), output: Json.optional(), path: z.string().optional() })
        .optional(),
    }),
    reply: z.union([z.object({ id: z.string(), count: z.number() }), z.object({ count: z.number() })]),
  },
  getBulk: {
    method: 'GET',
    path: '/runs/bulk/:id',
    summary: 'How far a bulk action has come',
    permission: 'runs.control',
    status: 200,
    reply: BulkState,
  },
  moveRun: {
    method: 'POST',
    path: '/runs/:id/move',
    summary: 'Let a waiting run go on with another version; 409 with what stands in the way',
    permission: 'runs.control',
    status: 200,
    body: z.object({ version: z.number().int().positive(), dryRun: z.boolean().default(false) }),
    reply: z.union([Run, z.object({ obstacles: z.array(Obstacle) })]),
  },
  resolveStep: {
    method: 'POST',
    path: '/runs/:id/steps/:path/resolve',
    summary: 'Settle a step that waits for a person: parked, or in doubt',
    permission: 'runs.control',
    status: 200,
    body: z.object({ action: z.enum(['retry', 'skip', 'output']), output: Json.optional() }),
    reply: Run,
  },

  listApprovals: {
    method: 'GET',
    path: '/approvals',
    summary: 'Questions that runs ask people: those that wait for the caller, all, or those that are settled',
    permission: 'runs.read',
    status: 200,
    query: PageQuery.extend({ show: z.enum(['mine', 'all', 'done']).default('mine') }),
    reply: page(ApprovalView),
  },
  getApproval: {
    method: 'GET',
    path: '/approvals/:id',
    summary: 'One question',
    permission: 'runs.read',
    status: 200,
    reply: ApprovalView,
  },
  decideApproval: {
    method: 'POST',
    path: '/approvals/:id',
    summary: 'Answer a question as a member; 409 says who was first',
    permission: 'approvals.decide',
    status: 200,
    body: z.object({
      decision: z.enum(['approve', 'reject']),
      comment: z.string().max(10_000).nullish(),
      fields: z.record(z.string(), Json).default({}),
    }),
    reply: ApprovalView,
  },
  sendEvent: {
    method: 'POST',
    path: '/events',
    summary: 'Send an event: it wakes runs that wait for it and starts flows that listen for it',
    permission: 'events.send',
    status: 202,
    body: z.object({ name: EventName, data: Json.optional(), id: SenderId.optional() }),
    reply: z.object({ id: z.string(), duplicate: z.boolean() }),
  },
  signalRun: {
    method: 'POST',
    path: '/runs/:id/signals/:name',
    summary: 'Send an event to one run; 409 once it is over',
    permission: 'events.send',
    status: 202,
    body: z.object({ data: Json.optional(), id: SenderId.optional() }),
    reply: z.object({ duplicate: z.boolean() }),
  },

  getEgress: {
    method: 'GET',
    path: '/settings/egress',
    summary: 'The hosts that calls of this workspace’s flows may go to; null is anywhere public',
    permission: 'settings.manage',
    status: 200,
    reply: EgressSettings,
  },
  putEgress: {
    method: 'PUT',
    path: '/settings/egress',
    summary: 'Narrow where calls of this workspace’s flows may go, or lift that with null',
    permission: 'settings.manage',
    status: 200,
    body: EgressSettings,
    reply: EgressSettings,
  },
  listSecrets: {
    method: 'GET',
    path: '/secrets',
    summary: 'Secrets, newest first; never their values',
    permission: 'values.read',
    status: 200,
    query: PageQuery,
    reply: page(SecretSummary),
  },
  createSecret: {
    method: 'POST',
    path: '/secrets',
    summary: 'Keep a secret; its value never comes out again',
    permission: 'values.change',
    status: 201,
    body: NewSecret,
    reply: SecretSummary,
  },
  getSecret: {
    method: 'GET',
    path: '/secrets/:name',
    summary: 'One secret; never its value',
    permission: 'values.read',
    status: 200,
    reply: SecretSummary,
  },
  putSecret: {
    method: 'PUT',
    path: '/secrets/:name',
    summary: 'Replace the value of a secret; 201 when there was none of that name',
    permission: 'values.change',
    status: 200,
    body: SecretReplacement,
    reply: SecretSummary,
  },
  updateSecret: {
    method: 'PATCH',
    path: '/secrets/:name',
    summary: 'Change where a secret may be sent, which flows may use it, or its value',
    permission: 'values.change',
    status: 200,
    body: SecretChange,
    reply: SecretSummary,
  },
  deleteSecret: {
    method: 'DELETE',
    path: '/secrets/:name',
    summary: 'Delete a secret',
    permission: 'values.change',
    status: 204,
  },

  listVariables: {
    method: 'GET',
    path: '/variables',
    summary: 'Shared values, newest first: what flows read as vars',
    permission: 'values.read',
    status: 200,
    query: PageQuery,
    reply: page(Variable),
  },
  createVariable: {
    method: 'POST',
    path: '/variables',
    summary: 'Keep a shared value',
    permission: 'values.change',
    status: 201,
    body: NewVariable,
    reply: Variable,
  },
  getVariable: {
    method: 'GET',
    path: '/variables/:name',
    summary: 'One shared value',
    permission: 'values.read',
    status: 200,
    reply: Variable,
  },
  putVariable: {
    method: 'PUT',
    path: '/variables/:name',
    summary: 'Change a shared value; 201 when there was none of that name',
    permission: 'values.change',
    status: 200,
    body: VariableReplacement,
    reply: Variable,
  },
  updateVariable: {
    method: 'PATCH',
    path: '/variables/:name',
    summary: 'Change a shared value',
    permission: 'values.change',
    status: 200,
    body: VariableReplacement,
    reply: Variable,
  },
  deleteVariable: {
    method: 'DELETE',
    path: '/variables/:name',
    summary: 'Delete a shared value',
    permission: 'values.change',
    status: 204,
  },
  listPackages: {
    method: 'GET',
    path: '/packages',
    summary: 'npm packages that code steps can import, by name',
    permission: 'packages.read',
    status: 200,
    query: PageQuery,
    reply: page(PackageSummary),
  },
  addPackage: {
    method: 'POST',
    path: '/packages',
    summary: 'Add a package, or another version of one; it is installed in the background',
    permission: 'packages.manage',
    status: 201,
    body: z.strictObject({
      name: PackageName,
      version: z
        .string()
        .refine((text) => isExactVersion(text) || isVersionTag(text), 'Name one version, such as 1.2.3')
        .optional(),
    }),
    reply: PackageDetail,
  },
  lookUpPackage: {
    method: 'GET',
    path: '/packages/lookup',
    summary: 'What the npm registry says of a package',
    permission: 'packages.read',
    status: 200,
    query: z.object({ name: PackageName }),
    reply: RegistryPackage,
  },
  getPackage: {
    method: 'GET',
    path: '/packages/:name',
    summary: 'One package, and how its installation went or goes',
    permission: 'packages.read',
    status: 200,
    reply: PackageDetail,
  },
  getPackageTypes: {
    method: 'GET',
    path: '/packages/:name/types',
    summary: 'The declarations of a package and of what it depends on',
    permission: 'packages.read',
    status: 200,
    reply: PackageTypes,
  },
  deletePackage: {
    method: 'DELETE',
    path: '/packages/:name',
    summary:
      'Remove a package; 409 when published flows import it, unless `evenIfUsed`: they keep the code they were published with',
    permission: 'packages.manage',
    status: 204,
    query: z.object({ evenIfUsed: z.enum(['true', 'false']).default('false') }),
  },

  getSystem: {
    method: 'GET',
    path: '/system',
    summary: 'The instance: its version and role, what protects it from code steps, its limits, where calls may go',
    permission: 'system.read',
    status: 200,
    reply: SystemInfo,
  },
  getCodeLimits: {
    method: 'GET',
    path: '/code-limits',
    summary: 'What one attempt of a code step may use, for those who write them',
    permission: 'catalog.read',
    status: 200,
    reply: SystemInfo.shape.limits.shape.code,
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as OpenAPI 3.1',
    permission: 'anyone',
    status: 200,
    reply: z.unknown(),
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof routes
type Inferred<R, K extends string, F> = R extends { [P in K]: infer S extends z.ZodType } ? z.infer<S> : F
type Sent<R, K extends string, F> = R extends { [P in K]: infer S extends z.ZodType } ? z.input<S> : F
export type RouteBody<N extends RouteName> = Inferred<(typeof routes)[N], 'body', undefined>
export type RouteBodyInput<N extends RouteName> = Sent<(typeof routes)[N], 'body', undefined>
export type RouteQuery<N extends RouteName> = Inferred<(typeof routes)[N], 'query', Record<string, never>>
export type RouteQueryInput<N extends RouteName> = Sent<(typeof routes)[N], 'query', Record<string, never>>
export type RouteReply<N extends RouteName> = Inferred<(typeof routes)[N], 'reply', undefined>
