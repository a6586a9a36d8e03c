import type { RunStatus, StepStatus } from '#shared/run.ts'
import type { StatusKind } from '../ui/status-chip.tsx'

/** How each state of a run is shown. */
export const runKinds: Record<RunStatus, StatusKind> = {
  queued: 'queued',
  running: 'running',
  waiting: 'waiting',
  succeeded: 'worked',
  failed: 'failed',
  cancelled: 'stopped',
}

export const runStatuses = [
  'running',
  'waiting',
  'queued',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly RunStatus[]

/** How each state of a step is shown. */
export const stepKinds: Record<StepStatus, StatusKind> = {
  running: 'running',
  retrying: 'waiting',
  waiting: 'waiting',
  succeeded: 'worked',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'stopped',
}

/** Whether nothing more happens in a run, unless somebody tries it again. */
export function isOver(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
