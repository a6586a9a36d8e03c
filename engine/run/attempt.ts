import { AppError, isAppError } from '#shared/errors.ts'
import type { FlowSettings } from '#shared/flow.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { codeLimits } from '../code/code-limits.ts'
import type { LinePlace } from '../code/runner/messages.ts'
import type { PlanStep } from '#shared/plan.ts'
import type { EngineLimits } from '../engine-api.ts'
import { type Metric, readMetric } from '../keep/metric.ts'
import type {
  ActionFiles,
  ActionRunner,
  CodeCall,
  CodeRunner,
  EgressFetch,
  FindEgressAllow,
  LogSink,
  MetricSink,
  SecretDesk,
  FileDesk,
} from '../ports.ts'
import { type AttemptSecrets, createAttemptSecrets } from '../secrets/attempt-secrets.ts'
import { fetchWithin } from './fetch-within.ts'

export interface LoggedLine {
  at: number
  level: Parameters<LogSink>[0]
  message: string
  data: Json | undefined
  /** Where code that uses `step` was then. */
  place?: LinePlace | undefined
  /** The line of the code that wrote it, where that was asked for. */
  line?: number | undefined
}

/** What an attempt needs from outside, the same for a run and for the test of one step. */
export interface AttemptPorts {
  runAction: ActionRunner
  runCode: CodeRunner
  fetch: EgressFetch
  findEgressAllow?: FindEgressAllow | undefined
  secrets?: SecretDesk | undefined
  files?: FileDesk | undefined
  limits: EngineLimits
  now: () => number
}

export interface Attempt {
  step: PlanStep
  run: { id: string; flowId: string; workspaceId: string; nodeId: string; path: string }
  /** The flow's own. */
  settings: FlowSettings
  attempt: number
  idempotencyKey: string
  signal: AbortSignal
  lines: LoggedLine[]
  metrics: Metric[]
  secrets: AttemptSecrets
  files: ActionFiles
  /** Requests that may have reached the other side. */
  sent: number
}

/** One line more says how many code left out. */
const maxLines = 1001

/** The secrets of an attempt to be: where they are sent stands in its log. */
export function secretsOf(ports: AttemptPorts, run: Attempt['run'], lines: LoggedLine[]): AttemptSecrets {
  const log = logInto(ports, lines)
  return createAttemptSecrets(ports.secrets, run, (name, host) => log('debug', `The secret "${name}" was sent to ${host}.`))
}

/** Calls a connector's action. Gives its output as JSON text; throws what it threw, or `timeout`. */
export function attemptAction(ports: AttemptPorts, attempt: Attempt, inputText: JsonText): Promise<JsonText> {
  const { step, run, idempotencyKey } = attempt
  return withTimeout(ports, attempt, 'timeout', (signal) =>
    ports.runAction({
      type: step.type,
      input: JSON.parse(inputText),
      inputText,
      ...(step.connection === undefined ? {} : { connection: step.connection }),
      idempotencyKey,
      attempt: attempt.attempt,
      run,
      signal,
      fetch: fetchFor(ports, attempt, signal),
      files: attempt.files,
      log: logInto(ports, attempt.lines),
    }),
  )
}

/** Runs a code step's attempt in the sandbox. Its own clock and the sandbox's end it with the same error. */
export function attemptCode(
  ports: AttemptPorts,
  attempt: Attempt,
  code: Pick<CodeCall, 'bundle' | 'data' | 'beforeEffect' | 'calls' | 'tellsLines'>,
): Promise<JsonText> {
  const { limits } = ports
  return withTimeout(ports, attempt, 'wall_limit', (signal) =>
    ports.runCode({
      ...code,
      idempotencyKey: attempt.idempotencyKey,
      attempt: attempt.attempt,
      limits: {
        wallMs: attempt.step.timeoutMs,
        cpuMs: limits.codeCpuMs,
        memoryMb: limits.codeMemoryMb,
        resultBytes: limits.outputBytes,
      },
      signal,
      fetch: fetchFor(ports, attempt, signal),
      log: logInto(ports, attempt.lines),
      metric: countInto(ports, attempt.metrics),
      secrets: attempt.secrets,
      files: attempt.files,
    }),
  )
}

/** Counts what may have been sent: a step that must not act twice is tried again only while that is nothing. */
function fetchFor(ports: AttemptPorts, attempt: Attempt, signal: AbortSignal): EgressFetch {
  const fetch = fetchWithin(ports, attempt.run.workspaceId, attempt.settings)
  return async (request) => {
    attempt.sent++
    try {
      return await fetch({ ...request, signal: request.signal ?? signal })
    } catch (error) {
      if (isAppError(error) && error.facts.beforeSending) attempt.sent--
      throw error
    }
  }
}

async function withTimeout(
  ports: AttemptPorts,
  { step, signal: outer }: Attempt,
  lateCode: 'timeout' | 'wall_limit',
  call: (signal: AbortSignal) => Promise<JsonText>,
): Promise<JsonText> {
  const own = new AbortController()
  const stopped = Promise.withResolvers<never>()
  const onAbort = () => {
    own.abort(outer.reason)
    stopped.reject(new AppError('cancelled', 'The attempt was stopped.', { cause: outer.reason }))
  }
  if (outer.aborted) onAbort()
  else outer.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => {
    const late = new AppError(
      lateCode,
      `Step "${step.name}" took longer than ${step.timeoutMs / 1000} s. Raise its time limit, or find what is slow.`,
    )
    own.abort(late)
    stopped.reject(late)
  }, step.timeoutMs)
  try {
    const output = await Promise.race([call(own.signal), stopped.promise])
    return withinLimit(step, output, ports.limits.outputBytes)
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', onAbort)
  }
}

/** Refuses an output that is larger than what may be kept. */
export function withinLimit(step: PlanStep, output: JsonText, limit: number): JsonText {
  if (output.length * 3 <= limit || Buffer.byteLength(output) <= limit) return output
  throw new AppError(
    'output_too_large',
    `Step "${step.name}" gave more than ${limit} bytes (HOLDFAST_LIMIT_OUTPUT). Return less, or store it as a file.`,
  )
}

function logInto(ports: AttemptPorts, lines: LoggedLine[]): LogSink {
  return (level, message, data, place, line) => {
    if (lines.length < maxLines) lines.push({ at: ports.now(), level, message, data, place, line })
  }
}

function countInto(ports: AttemptPorts, metrics: Metric[]): MetricSink {
  return (name, value, tags, number) => {
    const metric = { ...readMetric(ports.now(), name, value, tags), number }
    if (metrics.length >= codeLimits.metrics) {
      throw new AppError(
        'call_limit',
        `The code counted more than ${codeLimits.metrics} metrics. Add them up and count the sums.`,
      )
    }
    metrics.push(metric)
  }
}
