import { AppError, isAppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { unanswered } from '../approvals/unanswered.ts'
import type { JournalFact } from '../state/journal.ts'
import type { ActionFiles, CodeRequest, EgressFetch } from '../ports.ts'
import { callUrlParts } from '../waits/wait-token.ts'
import type { CallAsked } from './call-asked.ts'
import { type CallState, createCallLog, foldCall } from './call-log.ts'
import type { CallsHost, Performed } from './calls-host.ts'
import { createLiveCalls, type LiveCalls } from './live-calls.ts'
import type { AttemptSecrets } from '../secrets/attempt-secrets.ts'
import { fileIdIn, outcomeFromFile, saveFileOf, textFromFileId } from './recorded-file.ts'
import { secretNameIn, textFromSecret } from './recorded-secret.ts'
import { fetchFor, keyOptionsFrom } from './perform-call.ts'
import { waitFrom } from './wait-from.ts'

export interface Trial {
  runId: string
  path: string
  comparesOptions: boolean
  fetch: EgressFetch
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  now(): number
  /** What a wait or another flow is to give; throws to end the attempt there. Without it something likely is made up. */
  answerOf?: ((call: Pick<CodeRequest, 'kind' | 'name' | 'times'>) => JsonText) | undefined
  secrets: AttemptSecrets
  files: ActionFiles
}

/** Durable work as the test of one step does it: nothing is kept, and no wait takes any time. */
export function createTrialCalls(trial: Trial): LiveCalls {
  const log = createCallLog(trial.now())
  const results = new Map<number, JsonText>()
  const kept = new Map<string, { value: JsonText; version: number }>()
  let seq = 0
  let isClosed = false

  function append(fact: JournalFact & { path: string; attempt: number }, result?: JsonText): void {
    foldCall(log, { ...fact, seq: ++seq, at: trial.now() })
    if (result !== undefined) results.set(seq, result)
  }

  async function perform(_: CallState, request: CodeRequest, signal: AbortSignal): Promise<Performed> {
    const { key, ifVersion } = keyOptionsFrom(request)
    switch (request.kind) {
      case 'fetch':
        return { result: await fetchFor(trial.fetch, request, signal, trial.secrets) }
      case 'secrets.get':
        return { result: textFromSecret(await trial.secrets.open(secretNameIn(request.options))) }
      case 'files.read':
        return { result: textFromFileId(fileIdIn(request.options)) }
      case 'files.save':
        return { result: await saveFileOf(trial.files, request.options, request.body) }
      case 'state.get': {
        const { value, version } = kept.get(key) ?? { value: 'null', version: 0 }
        return { result: `{"value":${value},"version":${version}}` }
      }
      case 'state.set': {
        const version = kept.get(key)?.version ?? 0
        if (ifVersion !== undefined && ifVersion !== version)
          throw new AppError(
            'state_conflict',
            `"${key}" has version ${version}, not ${ifVersion}. Read it again and decide anew.`,
          )
        kept.set(key, { value: Buffer.from(request.body).toString() || 'null', version: version + 1 })
        return { result: JSON.stringify({ version: version + 1 }) }
      }
      case 'once':
        return { isCodes: true }
      case 'sendEvent':
        return { result: 'null' }
      case 'callFlow':
        if (trial.answerOf) return { result: trial.answerOf(request) }
        throw notInTrial(request)
      case 'waitForApproval':
        if (trial.answerOf) return { result: trial.answerOf(request) }
        return { result: `{"approved":true,${unanswered('approved', trial.now()).slice(1)}` }
      default:
        throw notInTrial(request)
    }
  }

  function endOf({ asked }: CallState): JsonText {
    if (asked.kind === 'sleep' || trial.answerOf === undefined) return previewOf(asked)
    return trial.answerOf({ kind: asked.kind, name: asked.name, times: asked.times ?? 1 })
  }

  const host: CallsHost = {
    path: trial.path,
    stepId: trial.path,
    log,
    results,
    comparesOptions: trial.comparesOptions,
    facts() {
      const urls = callUrlParts(trial.signingKeys, trial, trial.runId, trial.path)
      return { startedAtMs: log.startedAt, seed: `${trial.runId}:${trial.path}`, urls }
    },
    now: trial.now,
    random: () => 0.5,
    keyOf: (path) => `${trial.runId}:${path}`,
    append,
    end(call, outcome) {
      const { path, attempt } = call
      if ('result' in outcome) append({ kind: 'step.finished', path, attempt }, outcome.result)
      else append({ kind: 'step.failed', path, attempt, data: outcome })
    },
    waitOf: (request) => waitFrom(request, trial.now()),
    opened: () => undefined,
    watch(call) {
      const result = endOf(call)
      setImmediate(() => {
        if (isClosed || call.status !== 'waiting') return
        append({ kind: 'step.finished', path: call.path, attempt: call.attempt }, result)
        live.settled()
      })
    },
    isMatching: () => [...log.open].some((call) => call.status === 'waiting' || call.status === 'retrying'),
    matched: () => undefined,
    decisionOf: () => ({}),
    perform,
    async endOnce(_, __, outcome) {
      if ('result' in outcome) return outcome
      throw outcome.error
    },
    openFile: (id) => outcomeFromFile(trial.files, id),
    openSecret: async (name) => JSON.stringify(await trial.secrets.handOver(name)),
    isAnswer: isAppError,
    later: (_, act) => void setImmediate(act),
    isStopping: () => false,
    closed() {
      isClosed = true
    },
  }
  const live = createLiveCalls(host)
  return live
}

function notInTrial({ kind }: CodeRequest): AppError {
  return new AppError('invalid_input', `\`${kind}\` is not available in the test of one step.`)
}

/** What a wait may give, for those who try the code out. */
function previewOf({ kind }: CallAsked): JsonText {
  switch (kind) {
    case 'waitForCall':
      return '{"received":true,"method":"POST","headers":{},"query":{},"body":null}'
    case 'waitForEvent':
      return '{"received":true,"data":null}'
    default:
      return 'null'
  }
}
