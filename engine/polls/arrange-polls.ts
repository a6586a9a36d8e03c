import { canonicalJson } from '#shared/canonical-json.ts'
import type { Json } from '#shared/json.ts'
import type { PlanTrigger } from '#shared/plan.ts'
import { pollRuleFrom } from '#shared/poll.ts'
import type { PollHead, PollRow } from '../db/polls.ts'
import type { LiveTriggers } from '../start/live-triggers.ts'

export interface PollsArrangement {
  put: PollHead[]
  /** These forget what they know: they are gone, or look for something else from now on. */
  forget: string[]
}

/**
 * The triggers of a flow that look by themselves from now on. One that looks for the same as before goes on from where it
 * stood, whatever else was published, and so does one that was turned off: what has come meanwhile is new to it. One that
 * looks for something else begins anew.
 */
export function arrangePolls(live: LiveTriggers, before: readonly PollRow[], now: number): PollsArrangement {
  const { workspaceId, flowId, version, planHash, triggers, isOn } = live
  const known = new Map(before.map((row) => [row.triggerId, row]))
  const goesOn = (trigger: PlanTrigger) => {
    const old = known.get(trigger.id)
    return old !== undefined && sourceOf(old.type, paramsOf(old)) === sourceOf(trigger.type, trigger.params)
  }
  const kept = new Set(triggers.filter(goesOn).map(({ id }) => id))
  return {
    put: triggers.map((trigger) => ({
      workspaceId,
      flowId,
      triggerId: trigger.id,
      version,
      planHash,
      type: trigger.type,
      params: JSON.stringify(trigger.params),
      nextAt: isOn ? nextAtOf(trigger, kept.has(trigger.id) ? known.get(trigger.id) : undefined, now) : null,
    })),
    forget: before.flatMap(({ triggerId }) => (kept.has(triggerId) ? [] : [triggerId])),
  }
}

/** A row was written from what was checked when it was published. */
export function paramsOf({ params }: Pick<PollRow, 'params'>): { [name: string]: Json } {
  const parsed: { [name: string]: Json } = JSON.parse(params)
  return parsed
}

/** As it stood, but no later than what is published says; at once when it is new, or was off. */
function nextAtOf(trigger: PlanTrigger, old: PollRow | undefined, now: number): number {
  if (old === undefined || old.nextAt === null) return now
  // Publishing is no reason to bother a source that is failing.
  return old.failures > 0 ? old.nextAt : Math.min(old.nextAt, now + pollRuleFrom(trigger.params).everyMs)
}

function sourceOf(type: string, params: { [name: string]: Json }): string {
  return canonicalJson([type, pollRuleFrom(params).source])
}
