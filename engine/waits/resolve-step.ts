import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { findRun } from '../db/find-run.ts'
import { hasEventAfter } from '../db/find-event.ts'
import type { Database } from '../db/database.ts'
import { insertResolution } from '../db/insert-resolution.ts'
import { loadJournalAfter } from '../db/load-journal-after.ts'
import { exitsOfOutput } from '../state/exits-of-output.ts'
import type { InSameTransaction, Resolution } from '../engine-api.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { initialState, type NodeState } from '../state/run-state.ts'
import { apply } from '../state/state.ts'
import type { Watchers } from '../read/stream-run.ts'
import { untilTakenIn } from '../run/until-taken-in.ts'

export interface StepResolver {
  database: Database
  now(): number
  leaseMs: number
  outputBytes: number
  indexOf(planHash: string): Promise<PlanIndex>
  watchers: Watchers
  onArrival(runId: string, workerId: string | null): void
}

/**
 * Settles a step that waits for a person: parked, or in doubt. What is asked is kept for the run's owner, under the
 * attempt it is about: of two people the first one counts, and nothing is settled that was settled before.
 */
export async function resolveStep(
  resolver: StepResolver,
  place: { workspaceId: string; runId: string; path: string },
  resolution: Resolution,
  also?: InSameTransaction,
): Promise<void> {
  const { database } = resolver
  const { workspaceId, runId, path } = place
  const run = await findRun(database, workspaceId, runId)
  if (!run) throw new AppError('not_found', 'There is no such run.')
  const state = initialState(await resolver.indexOf(run.planHash))
  const events = await loadJournalAfter(database, workspaceId, runId, -1)
  for (const event of events) apply(state, event)
  const node = state.nodes.get(path)
  if (!node) throw new AppError('not_found', 'This run has not come to such a step.')
  if (run.finishedAt !== null) throw runIsOver()
  if (node.status !== 'waiting' || (node.wait?.kind !== 'attention' && node.wait?.kind !== 'inDoubt')) {
    throw new AppError(
      'already_settled',
      `Step "${node.step.name}" does not wait for anybody to settle it: it is ${node.status}.`,
    )
  }
  if (node.wait.kind === 'inDoubt') refuseTooEarly(resolver, node, events)
  const body = bodyOf(node, resolution, resolver.outputBytes)
  const kept = await database.transaction(async (tx, client) => {
    const inserted = await insertResolution(tx, { ...place, attempt: node.attempt, body, atMs: resolver.now() })
    if (inserted?.isFirst) await also?.(client)
    return inserted
  })
  if (!kept) throw runIsOver()
  if (!kept.isFirst) throw new AppError('already_settled', `Somebody else has settled step "${node.step.name}" already.`)
  resolver.onArrival(runId, kept.workerId)
  await untilTakenIn(resolver.watchers, runId, () =>
    hasEventAfter(database, workspaceId, runId, { kind: 'step.resolved', seq: state.seq, path }),
  )
}

/** The server that was running it may only have been silent, and may still be acting until its lease is long over. */
function refuseTooEarly({ now, leaseMs }: StepResolver, node: NodeState, events: readonly JournalEvent[]): void {
  const lostAt = events.findLast((event) => event.kind === 'step.lost' && event.path === node.path)?.at ?? 0
  const from = lostAt + 2 * leaseMs
  if (now() >= from) return
  throw new AppError(
    'in_doubt',
    `The server that was running step "${node.step.name}" may still be acting. Settle it from ${new Date(from).toISOString()} on.`,
    { retryAfterMs: from - now() },
  )
}

function bodyOf(node: NodeState, { action, by, output }: Resolution, outputBytes: number): JsonText {
  const { step } = node
  if (action === 'retry' && node.loop) {
    throw new AppError(
      'invalid_request',
      `Step "${step.name}" can’t be tried again as a whole: its rounds have run. Skip it or give its output, or replay the run from it.`,
    )
  }
  const facts = { by, action, attempt: node.attempt }
  if (action !== 'output') return JSON.stringify(facts)
  if (output === undefined) {
    throw new AppError('invalid_request', 'Say what the step’s output is.', { errors: [{ path: 'output', message: 'Required' }] })
  }
  if (Buffer.byteLength(output) > outputBytes) {
    throw new AppError('too_large', `An output may have ${outputBytes} bytes at the most (HOLDFAST_LIMIT_OUTPUT).`)
  }
  return `${JSON.stringify({ ...facts, handles: exitsOfOutput(step, output) }).slice(0, -1)},"output":${output}}`
}

function runIsOver(): AppError {
  return new AppError('run_finished', 'The run is over. If it failed, retry it first; else replay it.')
}
