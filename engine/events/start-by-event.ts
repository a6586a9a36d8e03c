import { isAppError } from '#shared/errors.ts'
import { evaluateCondition } from '#shared/expression/template.ts'
import type { JsonText } from '#shared/json.ts'
import type { PublishedEvent } from '../db/find-unlooked.ts'
import { instant } from '../db/run-row.ts'
import type { Start, StartRun } from '../engine-api.ts'
import type { EventStart } from '../ports.ts'

/** Starts what an event starts; resolves when all of it is committed. */
export type EventStarter = (event: PublishedEvent) => Promise<void>

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
}): EventStarter {
  return async (event) => {
    const { workspaceId, id, name, data, at } = event
    const starts = await options.findStarts(workspaceId, name)
    const head = JSON.stringify({ kind: 'event', at: instant(at), name })
    const trigger = `${head.slice(0, -1)},"body":${data}}`
    await Promise.all(
      starts.map(async ({ flowId, version, planHash, triggerId, onlyIf }) => {
        if (onlyIf !== undefined && !isMet(onlyIf, trigger, at)) return
        const started = await options.startRun({
          workspaceId,
          flowId,
          version,
          planHash,
          triggerId,
          trigger,
          idempotencyKey: `event:${id}:${triggerId}`,
          startedBy: starterName(id),
        })
        if (started.runId !== null) await started.durable
      }),
    )
  }
}

/** A condition that can't be told of this event is not met. */
function isMet(onlyIf: boolean | string, trigger: JsonText, at: number): boolean {
  try {
    return evaluateCondition(onlyIf, {
      root: (name) => (name === 'trigger' ? trigger : undefined),
      step: () => undefined,
      run: { id: '', flowId: '', version: 'draft', startedAt: instant(at), resumeUrl: () => '', approvalUrl: () => '' },
      now: at,
    })
  } catch (error) {
    if (isAppError(error)) return false
    throw error
  }
}
