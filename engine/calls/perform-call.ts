import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { getState, setState } from '../keep/flow-state.ts'
import { idempotencyKeyOf } from '../state/idempotency-key.ts'
import { beginOnce, endOnce, giveUpOnce } from '../keep/once.ts'
import { fetchWithin } from '../run/fetch-within.ts'
import type { OwnedRun } from '../run/owned-run.ts'
import type { ActionFiles, CodeRequest, EgressFetch } from '../ports.ts'
import type { NodeState } from '../state/run-state.ts'
import type { OnceCaller } from '../keep/state-caller.ts'
import { askForCode } from './ask-for-code.ts'
import type { CallState } from './call-log.ts'
import type { Performed } from './calls-host.ts'
import { startChildFor } from './call-flow-for-code.ts'
import type { AttemptSecrets } from '../secrets/attempt-secrets.ts'
import { textFromReply } from './recorded-reply.ts'
import { fileIdIn, saveFileOf, textFromFileId } from './recorded-file.ts'
import { secretNameIn, textFromSecret } from './recorded-secret.ts'

const FetchOptions = z.object({
  url: z.string(),
  method: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  followRedirects: z.boolean(),
})
const EventOptions = z.object({ event: z.string() })
const KeyOptions = z.object({ key: z.string().default(''), ifVersion: z.number().optional() })

interface Act {
  run: OwnedRun
  node: NodeState
  call: CallState
  request: CodeRequest
  /** To be awaited before anything outside is touched. */
  touch: () => Promise<void>
  signal: AbortSignal
  secrets: AttemptSecrets
  files: ActionFiles
}

/** Does what code asked for; of what its own function is to do, gives the word that it may. */
export async function performCall({ run, node, call, request, touch, signal, secrets, files }: Act): Promise<Performed> {
  const { database, ports } = run.host
  switch (request.kind) {
    case 'fetch':
      await touch()
      return { result: await fetchFor(fetchWithin(ports, run.workspaceId, run.index.plan.settings), request, signal, secrets) }
    case 'secrets.get':
      return { result: textFromSecret(await secrets.open(secretNameIn(request.options))) }
    case 'files.read':
      return { result: textFromFileId(fileIdIn(request.options)) }
    case 'files.save':
      await touch()
      return { result: await saveFileOf(files, request.options, request.body) }
    case 'state.get': {
      const { key } = keyOptionsFrom(request)
      const { value, version } = await getState(database, callerOf(run, node, call), key)
      return { result: `{"value":${value},"version":${version}}` }
    }
    case 'state.set': {
      const { key, ifVersion } = keyOptionsFrom(request)
      const value = Buffer.from(request.body).toString() || 'null'
      await touch()
      // A new attempt of the code may set something else in the same place: that is another change.
      const name = `${call.path}~${request.hash}`
      const caller = callerOf(run, node, call)
      const change = { key, value, ...(ifVersion === undefined ? {} : { ifVersion }) }
      return { result: JSON.stringify(await setState(database, caller, name, change)) }
    }
    case 'once': {
      const { key } = keyOptionsFrom(request)
      await touch()
      const answer = await beginOnce(database, callerOf(run, node, call), key, signal)
      return answer.isDone ? { result: answer.value } : { isCodes: true }
    }
    case 'sendEvent': {
      const { event } = EventOptions.parse(JSON.parse(request.options))
      await touch()
      const data = Buffer.from(request.body).toString() || 'null'
      // Under one id it counts once, however often an attempt of the code was lost after it had sent it.
      await run.host.publish({ workspaceId: run.workspaceId, name: event, data, id: idempotencyKeyOf(run.runId, call.path, 1) })
      return { result: 'null' }
    }
    case 'waitForApproval':
      await touch()
      return askForCode(run, call, request)
    case 'callFlow':
      await touch()
      return startChildFor(run, call, request)
    default:
      throw new AppError('invalid_input', `\`${request.kind}\` is not available.`)
  }
}

/** Asks the other side; what it says is kept as it is, but for the secrets it repeats. */
export async function fetchFor(
  fetch: EgressFetch,
  { options, body }: CodeRequest,
  signal: AbortSignal,
  secrets: AttemptSecrets,
): Promise<JsonText> {
  const sent = body.byteLength === 0 ? {} : { body: Uint8Array.from(body) }
  const { references } = secrets
  const reply = await fetch({ ...FetchOptions.parse(JSON.parse(options)), ...sent, signal, references })
  return textFromReply(secrets.reply(reply, 'store'))
}

export function keyOptionsFrom({ options }: CodeRequest): z.infer<typeof KeyOptions> {
  return KeyOptions.parse(JSON.parse(options))
}

/** The function of `once` has ended: what it gave is kept for all runs of the flow, or the next one who asks does it. */
export async function endOnceFor(
  { run, node, call, request }: Omit<Act, 'touch' | 'signal' | 'secrets' | 'files'>,
  outcome: { result: JsonText } | { error: Error },
): Promise<Performed> {
  const { key } = keyOptionsFrom(request)
  const caller = callerOf(run, node, call)
  if ('result' in outcome) return { result: await endOnce(run.host.database, caller, key, outcome.result) }
  await giveUpOnce(run.host.database, caller, key)
  throw outcome.error
}

/** The attempt of the step that asks: it has an end in the journal, whatever becomes of the call. */
function callerOf(run: OwnedRun, node: NodeState, call: CallState): OnceCaller {
  return {
    workspaceId: run.workspaceId,
    flowId: run.facts.flowId,
    runId: run.runId,
    epoch: run.epoch,
    path: node.path,
    attempt: node.attempt,
    call: call.path,
  }
}
