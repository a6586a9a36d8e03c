import type { RunStatus } from './run.ts'

/** `failed` is left only by an explicit, audited retry; the other two never. */
export function isFinal(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
