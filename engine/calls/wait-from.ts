import { z } from 'zod'
import { maxDurationMs } from '#shared/duration.ts'
import { AppError } from '#shared/errors.ts'
import type { StepWait } from '../state/journal.ts'
import { plainName } from '../events/plain-name.ts'
import type { CodeRequest } from '../ports.ts'

const Length = z.number().min(0).max(maxDurationMs)
const Sleep = z.union([z.object({ ms: Length }), z.object({ until: z.number() })])
const Timeout = z.object({ timeoutMs: Length.optional() })

const Event = Timeout.extend({ event: z.string(), hasMatch: z.boolean() })

/** Until when a request waits at the longest. */
export function deadlineOf({ options }: Pick<CodeRequest, 'options'>, now: number): number | null {
  const { timeoutMs } = Timeout.parse(JSON.parse(options))
  return timeoutMs === undefined ? null : now + timeoutMs
}

/** What a request waits for; undefined when it is for something to be done. */
export function waitFrom({ kind, options }: CodeRequest, now: number): StepWait | undefined {
  switch (kind) {
    case 'sleep': {
      const sleep = Sleep.parse(JSON.parse(options))
      const until = 'until' in sleep ? sleep.until : now + sleep.ms
      if (until - now > maxDurationMs) throw new AppError('invalid_input', 'A step may sleep for 5 years at the most.')
      return { kind: 'delay', until }
    }
    case 'waitForCall':
      return { kind: 'call', expiresAt: deadlineOf({ options }, now) }
    case 'waitForEvent': {
      const { event, hasMatch, timeoutMs } = Event.parse(JSON.parse(options))
      const expiresAt = timeoutMs === undefined ? null : now + timeoutMs
      return { kind: 'event', name: plainName(event), expiresAt, ...(hasMatch ? { byCode: true } : {}) }
    }
    default:
      return undefined
  }
}
