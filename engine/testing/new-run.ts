import type { NewRun } from '../db/write-batch.ts'

/** A run as it is written when it comes into being, for tests of the statements that do so. */
export function newRun(some: Partial<NewRun> = {}): NewRun {
  return {
    flowId: 'flow_1',
    version: 3,
    planHash: 'hash',
    triggerId: 'trigger',
    owned: true,
    priority: 0,
    dueAt: null,
    queue: null,
    startBy: null,
    isPaused: false,
    subject: null,
    startedBy: null,
    parent: null,
    isNamed: false,
    isFenced: false,
    createdAt: 1000,
    key: null,
    inputHash: null,
    keyForMs: 0,
    request: null,
    ...some,
  }
}
