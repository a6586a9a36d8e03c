import { randomFillSync } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import { renderTemplate } from '#shared/expression/template.ts'
import { idFrom } from '#shared/ids.ts'
import type { Committer, Committing } from './committer.ts'
import type { Database } from './db/database.ts'
import { findKey } from './db/find-key.ts'
import { rowFromEvent } from './db/event-row.ts'
import { withoutNul } from './db/without-nul.ts'
import type { NewRun } from './db/write-batch.ts'
import type { Reply, StartedRun, StartRun } from './engine-api.ts'
import type { EngineTime } from './engine-time.ts'
import type { JournalEvent } from './journal.ts'
import type { OwnedRun } from './owned-run.ts'
import type { RunFacts } from './run-facts.ts'
import type { PlanIndex } from './plan-index.ts'
import { getScope, initialState } from './run-state.ts'
import { scopeAt } from './scope.ts'

export interface StarterOptions {
  database: Database
  committer: Committer
  time: EngineTime
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  /** Takes the run into this process, unless it takes none now. */
  adopt(facts: RunFacts, index: PlanIndex, created: JournalEvent): OwnedRun | undefined
  /** A run was left for anybody to claim. */
  onQueued(): void
  replyOf(workspaceId: string, runId: string): Promise<Reply>
}

/**
 * Starts runs. A run this process takes is inserted as its own and begun before it is committed: what has no effect
 * may run ahead, so a flow of pure steps is over in the very statement that creates it.
 */
export function createStarter(options: StarterOptions) {
  const { committer, time } = options
  const underKey = new Map<string, Promise<StartedRun>>()

  function startFresh(start: StartRun, index: PlanIndex): StartedRun {
    const now = time.now()
    const runId = idFrom('run', now, randomFillSync(new Uint8Array(10)))
    const facts: RunFacts = {
      workspaceId: start.workspaceId,
      runId,
      epoch: 1,
      flowId: start.flowId,
      version: start.version === 'draft' ? null : start.version,
      planHash: start.planHash,
      requestId: start.request?.id ?? null,
      createdAt: now,
      startedAt: now,
    }
    const created: JournalEvent = {
      kind: 'run.created',
      seq: 0,
      at: now,
      data: {
        triggerId: start.triggerId,
        ...(start.vars === undefined || start.vars === '{}' ? {} : { vars: start.vars }),
        ...(start.startedBy === undefined ? {} : { by: start.startedBy }),
      },
    }
    const owned = start.delayMs ? undefined : options.adopt(facts, index, created)
    const run = owned ?? bystander(facts)
    const writes = committer.writesOf(run)
    writes.create = newRun(start, facts, subjectOf(start, facts, index), owned !== undefined)
    writes.events.push(rowFromEvent(created, start.request ? null : start.trigger))
    if (owned) {
      owned.trigger = start.trigger
      owned.goOn()
    } else {
      committer.durable(run).then(options.onQueued, () => undefined) // Whoever started it is told.
    }
    return started(run, owned !== undefined)
  }

  function started(run: Committing, isOwned: boolean): StartedRun {
    let durable: Promise<void> | undefined
    let reply: Promise<Reply> | undefined
    return {
      runId: run.runId,
      created: true,
      get durable() {
        return (durable ??= committer.durable(run).catch((error: unknown) => {
          throw new AppError('not_ready', 'The run could not be started just now. Try again.', { cause: error })
        }))
      },
      get reply() {
        return (reply ??= isOwned
          ? options.replyOf(run.workspaceId, run.runId)
          : committer.durable(run).then(() => options.replyOf(run.workspaceId, run.runId)))
      },
    }
  }

  /** The first start under a key makes the run, the others are led to it. */
  async function startUnderKey(start: StartRun, index: PlanIndex, key: string): Promise<StartedRun> {
    const known = await findFirst(start, key)
    if (known) return known
    const fresh = startFresh(start, index)
    // Asked for now, so that the answer is not gone before the caller can ask.
    fresh.reply.catch(() => undefined)
    try {
      await fresh.durable
      return fresh
    } catch (error) {
      const first = await findFirst(start, key)
      if (first) return first
      throw error
    }
  }

  async function findFirst({ workspaceId, flowId, inputHash }: StartRun, key: string): Promise<StartedRun | undefined> {
    const first = await findKey(options.database, workspaceId, flowId, key)
    if (!first) return undefined
    if (inputHash !== undefined && first.inputHash !== null && first.inputHash !== inputHash) {
      throw new AppError(
        'idempotency_mismatch',
        'Another input was sent under this idempotency key before. Use a new key for it.',
      )
    }
    return {
      runId: first.runId,
      created: false,
      durable: Promise.resolve(),
      get reply() {
        return options.replyOf(workspaceId, first.runId)
      },
    }
  }

  function subjectOf(start: StartRun, facts: RunFacts, index: PlanIndex): string | null {
    const { subject } = index.plan.settings
    if (subject === undefined) return null
    const { signingKeys, hooksUrl } = options
    const state = initialState(index)
    const scope = scopeAt(
      {
        runId: facts.runId,
        flowId: facts.flowId,
        version: start.version,
        startedAt: facts.createdAt,
        signingKeys,
        hooksUrl,
        trigger: start.trigger,
        vars: start.vars,
      },
      state,
      { outputs: new Map(), items: new Map() },
      { seq: 1, at: facts.createdAt },
      getScope(state, ''),
    )
    try {
      const value: unknown = JSON.parse(renderTemplate(subject, scope))
      return withoutNul(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 500)
    } catch {
      // A run without a name in lists is better than no run.
      return null
    }
  }

  return {
    start(start: StartRun, index: PlanIndex): StartedRun | Promise<StartedRun> {
      const { idempotencyKey: key } = start
      if (key?.includes('\0')) throw new AppError('invalid_request', 'An idempotency key is plain text.')
      if (key === undefined) return startFresh(start, index)
      const place = JSON.stringify([start.workspaceId, start.flowId, key])
      // One after the other: the second finds the first in the table.
      const mine = (underKey.get(place) ?? Promise.resolve()).then(
        () => startUnderKey(start, index, key),
        () => startUnderKey(start, index, key),
      )
      underKey.set(place, mine)
      const forget = () => {
        if (underKey.get(place) === mine) underKey.delete(place)
      }
      mine.then(forget, forget)
      return mine
    },
  }
}

function newRun(start: StartRun, facts: RunFacts, subject: string | null, owned: boolean): NewRun {
  return {
    flowId: facts.flowId,
    version: facts.version,
    planHash: facts.planHash,
    triggerId: start.triggerId,
    owned,
    priority: start.priority ?? 0,
    dueAt: start.delayMs ? facts.createdAt + start.delayMs : null,
    subject,
    startedBy: start.startedBy ?? null,
    createdAt: facts.createdAt,
    key: start.idempotencyKey ?? null,
    inputHash: start.inputHash ?? null,
    request: start.request ? { ...start.request, path: withoutNul(start.request.path), trigger: start.trigger } : null,
  }
}

/** A run that is made here and carried out by whoever claims it. */
function bystander({ workspaceId, runId }: RunFacts): Committing {
  return { workspaceId, runId, epoch: 1, onCommitted: () => undefined, onLost: () => undefined, onRefused: () => undefined }
}
