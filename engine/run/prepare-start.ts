import { renderTemplate } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import { controlOf, isControlled, type StartControl } from '../control/start-control.ts'
import { withoutNul } from '../db/without-nul.ts'
import type { NewRun } from '../db/write-batch.ts'
import type { StartRun } from '../engine-api.ts'
import type { JournalEvent } from '../state/journal.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import type { RunFacts } from './run-facts.ts'
import { getScope, initialState } from '../state/run-state.ts'
import { scopeAt, type ScopeFacts } from './scope.ts'
import { subjectTemplate } from './subject-template.ts'

/** A run as it would come into being now. */
export interface PreparedStart {
  start: StartRun
  facts: RunFacts
  created: JournalEvent & { kind: 'run.created' }
  run: NewRun
  /** What its flow's settings ask of it; `failed` when one of their keys can't be worked out. */
  control: StartControl | 'failed' | undefined
}

export interface StartPlace {
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
}

/** Pure: works out all that follows from a start and its flow's settings, the expressions in them included. */
export function prepareStart(
  start: StartRun,
  index: PlanIndex,
  { runId, now, place }: { runId: string; now: number; place: StartPlace },
): PreparedStart {
  const { settings } = index.plan
  const facts: RunFacts = {
    workspaceId: start.workspaceId,
    runId,
    epoch: 1,
    flowId: start.flowId,
    version: start.version === 'draft' ? null : start.version,
    planHash: start.planHash,
    requestId: start.request?.id ?? null,
    lane: null,
    createdAt: now,
    startedAt: now,
  }
  const scope = () =>
    controlScope(index, {
      runId,
      flowId: start.flowId,
      version: start.version,
      startedAt: now,
      ...place,
      trigger: start.trigger,
      vars: start.vars,
    })
  const control = isControlled(settings) ? tryControl(settings, scope(), facts.version === null) : undefined
  const queue = control === undefined || control === 'failed' ? null : control.queue
  const template = subjectTemplate(index.plan, start.triggerId)
  const dueAt = start.delayMs ? now + start.delayMs : null
  return {
    start,
    facts: { ...facts, lane: queue },
    created: {
      kind: 'run.created',
      seq: 0,
      at: now,
      data: {
        triggerId: start.triggerId,
        ...(start.origin === undefined ? {} : { origin: start.origin }),
        ...(start.vars === undefined || start.vars === '{}' ? {} : { vars: start.vars }),
        ...(start.startedBy === undefined ? {} : { by: start.startedBy }),
        ...(start.isAwaited ? { awaited: true as const } : {}),
      },
    },
    run: {
      flowId: facts.flowId,
      version: facts.version,
      planHash: facts.planHash,
      triggerId: start.triggerId,
      owned: false,
      priority: start.priority ?? settings.priority ?? 0,
      dueAt,
      queue,
      startBy: startByOf(control, dueAt ?? now),
      isPaused: false,
      subject: template === undefined ? null : subjectFrom(template, scope()),
      startedBy: start.startedBy ?? null,
      parent: start.origin?.runId ?? null,
      isNamed: start.runId !== undefined,
      isFenced: start.origin?.path !== undefined,
      createdAt: now,
      key: start.idempotencyKey ?? null,
      keyForMs: start.keyForMs ?? weekMs,
      inputHash: start.inputHash ?? null,
      request: start.request ? { ...start.request, path: withoutNul(start.request.path), trigger: start.trigger } : null,
    },
    control,
  }
}

/** How long a key leads to its first run when nobody says otherwise. */
const weekMs = 7 * 86_400_000

/** What expressions see before any step has run. */
export function controlScope(index: PlanIndex, facts: ScopeFacts): ExpressionScope {
  const state = initialState(index)
  const nothing = { outputs: new Map(), items: new Map() }
  return scopeAt(facts, state, nothing, { seq: 1, at: facts.startedAt }, getScope(state, ''))
}

/** Counted from when it could begin: a wait that was asked for is not held against it. */
export function startByOf(control: PreparedStart['control'], from: number): number | null {
  if (control === undefined || control === 'failed' || control.startWithinMs === undefined) return null
  return from + control.startWithinMs
}

export function tryControl(
  settings: PlanIndex['plan']['settings'],
  scope: ExpressionScope,
  isDraft: boolean,
): StartControl | 'failed' {
  try {
    return controlOf(settings, (key) => textFrom(key, scope), isDraft)
  } catch {
    // The start is kept, for somebody to look at and send through.
    return 'failed'
  }
}

export function subjectFrom(subject: string, scope: ExpressionScope): string | null {
  try {
    // Nothing is no name.
    return withoutNul(textFrom(subject, scope)).slice(0, 500) || null
  } catch {
    // A run without a name in lists is better than no run.
    return null
  }
}

function textFrom(template: string, scope: ExpressionScope): string {
  const value: unknown = JSON.parse(renderTemplate(template, scope))
  return typeof value === 'string' ? value : JSON.stringify(value)
}
