import type { RunWrites } from './write-batch.ts'

/** Nothing to write of a run yet. All fields are there from the beginning, in one order: every run's writes have one shape. */
export function emptyWrites(run: Pick<RunWrites, 'workspaceId' | 'runId' | 'epoch'>): RunWrites {
  return {
    workspaceId: run.workspaceId,
    runId: run.runId,
    epoch: run.epoch,
    size: 0,
    create: undefined,
    events: [],
    opened: new Map(),
    closed: new Set(),
    spent: new Set(),
    asked: [],
    answered: new Map(),
    logs: [],
    metrics: [],
    outbox: [],
    slotsFreed: new Set(),
    release: undefined,
    finish: undefined,
  }
}
