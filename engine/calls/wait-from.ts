import { z } from 'zod'
import type { StepWait } from '../journal.ts'
import type { CodeRequest } from '../ports.ts'

const Sleep = z.union([z.object({ ms: z.number().min(0) }), z.object({ until: z.number() })])
const Timeout = z.object({ timeoutMs: z.number().min(0).optional() })

/** What a request waits for; undefined when it is for something to be done. */
export function waitFrom({ kind, options }: CodeRequest, now: number): StepWait | undefined {
  switch (kind) {
    case 'sleep': {
      const sleep = Sleep.parse(JSON.parse(options))
      return { kind: 'delay', until: 'until' in sleep ? sleep.until : now + sleep.ms }
    }
    case 'waitForCall': {
      const { timeoutMs } = Timeout.parse(JSON.parse(options))
      return { kind: 'call', expiresAt: timeoutMs === undefined ? null : now + timeoutMs }
    }
    default:
      return undefined
  }
}
