import type { EventRow, Evidence, Violation } from './evidence.ts'
import { keyParts } from './key-parts.ts'

/** A step's key is the same over all attempts and workers; only a retry that a person asked for gives a new one. */
export function keysStay({ events, ledger }: Evidence): Violation[] {
  const violations: Violation[] = []
  for (const call of ledger) {
    if (call.key === undefined) continue
    const parts = keyParts(call.key)
    if (!parts) {
      violations.push({
        invariant: 'I12',
        runId: undefined,
        what: `${call.path} came with the key ${call.key}, which names no step`,
      })
      continue
    }
    const asked = (events.get(parts.runId) ?? []).filter((event) => asksForNewTry(event, parts.path)).length
    if (parts.tryNumber > asked + 1)
      violations.push({
        invariant: 'I12',
        runId: parts.runId,
        what: `${call.key} is try ${parts.tryNumber}, and a retry was asked for ${asked} times`,
      })
  }
  return violations
}

function asksForNewTry({ kind, path, data }: EventRow, of: string): boolean {
  return kind === 'run.retried' || (kind === 'step.resolved' && path === of && data?.['action'] === 'retry')
}
