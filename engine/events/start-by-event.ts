import { createHash } from 'node:crypto'
import { isAppError } from '#shared/errors.ts'
import { evaluateCondition } from '#shared/expression/template.ts'
import { triggerScope } from '#shared/expression/trigger-scope.ts'
import { idFrom } from '#shared/ids.ts'
import type { JsonText } from '#shared/json.ts'
import { triggerText } from '#shared/trigger-text.ts'
import type { PublishedEvent } from '../db/find-unlooked.ts'
import type { Start, StartRun } from '../engine-api.ts'
import type { EventStart, Log } from '../ports.ts'

/** Starts what events of one name start; resolves when all of it is committed. */
export type EventStarter = (events: readonly PublishedEvent[]) => Promise<void>

/** What `started_by` says of a run that an event has started. */
export function starterName(eventId: string): string {
  return `event:${eventId}`
}

/**
 * Every flow that listens for an event gets one run of it for each of its triggers. The run's key is made of the event
 * and the trigger, so doing it again after a crash finds the runs that are there.
 */
export function createEventStarter(options: {
  findStarts: (workspaceId: string, name: string) => Promise<readonly EventStart[]>
  startRun: (start: StartRun) => Start | Promise<Start>
  log: Log
}): EventStarter {
  async function start(event: PublishedEvent, trigger: JsonText, to: EventStart): Promise<void> {
    const { flowId, version, planHash, triggerId, onlyIf } = to
    const { workspaceId, id, at } = event
    if (onlyIf !== undefined && !isMet(onlyIf, trigger, at)) return
    try {
      const started = await options.startRun({
        workspaceId,
        flowId,
        version,
        planHash,
        triggerId,
        trigger,
        idempotencyKey: `event:${id}:${triggerId}`,
        startedBy: starterName(id),
        inbox: {
          // The same however often it is tried: a start that is dropped lies in the inbox once.
          id: idFrom('request', Math.floor(at), createHash('sha256').update(`${id} ${triggerId}`).digest()),
          method: 'EVENT',
          // No web request can have such a path.
          path: `event/${triggerId}`,
          remote: '',
          sizeBytes: Buffer.byteLength(event.data),
        },
      })
      if (started.runId !== null) await started.durable
    } catch (error) {
      // What can't be started now is started later; what never can must not keep others from the event.
      if (!isAppError(error) || error.code === 'not_ready') throw error
      options.log.error({ err: error, flowId, eventId: id }, 'An event could not start a flow')
    }
  }

  return async (events) => {
    const [first] = events
    const starts = first ? await options.findStarts(first.workspaceId, first.name) : []
    if (starts.length === 0) return
    await Promise.all(
      events.flatMap((event) => {
        const trigger = triggerText('event', event.at, event.data, { name: event.name })
        return starts.map((to) => start(event, trigger, to))
      }),
    )
  }
}

/** A condition that can't be told of this event is not met. */
function isMet(onlyIf: boolean | string, trigger: JsonText, at: number): boolean {
  try {
    return evaluateCondition(onlyIf, triggerScope(trigger, at))
  } catch (error) {
    if (isAppError(error)) return false
    throw error
  }
}
