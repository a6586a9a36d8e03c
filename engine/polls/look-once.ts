import { AppError, isAppError } from '#shared/errors.ts'
import type { FlowSettings } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import { pollRuleFrom } from '#shared/poll.ts'
import type { EngineLimits } from '../engine-api.ts'
import type { EgressFetch, FindEgressAllow, Log, Polled, Poller, SecretDesk } from '../ports.ts'
import { fetchWithin } from '../run/fetch-within.ts'
import { createAttemptSecrets } from '../secrets/attempt-secrets.ts'

export interface LookPorts {
  poll: Poller | undefined
  fetch: EgressFetch
  findEgressAllow?: FindEgressAllow | undefined
  secrets?: SecretDesk | undefined
  limits: EngineLimits
  log: Log
  now: () => number
}

export interface Look {
  workspaceId: string
  flowId: string
  triggerId: string
  type: string
  params: { [name: string]: Json }
  cursor: Json
  /** The flow's own. */
  settings: Pick<FlowSettings, 'egress'>
  signal: AbortSignal
}

/** A look takes no longer than this. */
export const lookLimitMs = 60_000
/** What a connector keeps from look to look. */
const mostCursorBytes = 256 * 1024

/** Lets a trigger look once, within its time and through the flow's way out. Throws AppError. */
export async function lookOnce(ports: LookPorts, look: Look): Promise<Polled> {
  const { workspaceId, flowId, triggerId, type, params, cursor, settings, signal: outer } = look
  if (!ports.poll) throw new AppError('invalid_input', `There is no trigger ${type}; choose another for this flow.`)
  const secrets = createAttemptSecrets(ports.secrets, { workspaceId, flowId }, (name, host) =>
    ports.log.debug({ flowId, triggerId, secret: name, host }, 'A secret was sent by a trigger'),
  )
  const fetch = fetchWithin(ports, workspaceId, settings)
  const own = new AbortController()
  const stopped = Promise.withResolvers<never>()
  stopped.promise.catch(() => undefined)
  const stop = (error: AppError) => {
    own.abort(error)
    stopped.reject(error)
  }
  const onAbort = () => stop(new AppError('cancelled', 'The check was stopped.', { cause: outer.reason }))
  if (outer.aborted) onAbort()
  else outer.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(
    () => stop(new AppError('timeout', `The check took longer than ${lookLimitMs / 1000} s. It is tried again later.`)),
    lookLimitMs,
  )
  try {
    const looking = ports.poll({
      type,
      params: pollRuleFrom(params).source,
      cursor,
      now: ports.now(),
      signal: own.signal,
      fetch: async (request) => {
        const answer = await fetch({ ...request, signal: request.signal ?? own.signal, references: secrets.references })
        return secrets.reply(answer, 'store')
      },
      secret: (name) => `[secret ${name} ${secrets.mark}]`,
      log: (level, message, data) =>
        ports.log.debug({ flowId, triggerId, level, data: secrets.lineData(data) }, secrets.line(message)),
    })
    return within(await Promise.race([looking, stopped.promise]), ports.limits)
  } catch (error) {
    if (isAppError(error)) throw secrets.error(error)
    ports.log.error({ err: error, flowId, triggerId }, 'A trigger failed in a way it does not know')
    throw new AppError('internal', 'The check failed for a reason that is not known. The server’s log has it.', { cause: error })
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', onAbort)
  }
}

function within(polled: Polled, { outputBytes }: EngineLimits): Polled {
  if (Buffer.byteLength(JSON.stringify(polled.cursor)) > mostCursorBytes)
    throw new AppError('output_too_large', `The place to go on from has more than ${mostCursorBytes} bytes.`)
  for (const { data } of polled.items)
    if (data.length * 3 > outputBytes && Buffer.byteLength(data) > outputBytes)
      throw new AppError('output_too_large', `One of the items found has more than ${outputBytes} bytes.`)
  return polled
}
