import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { JsonText } from '#shared/json.ts'
import { findVisible, type NodeState, pathIn, type RunState, type Scope } from '../state/run-state.ts'
import { approvalToken } from '../approvals/approval-token.ts'
import { waitToken } from '../waits/wait-token.ts'

export interface ScopeFacts {
  runId: string
  flowId: string
  version: number | 'draft'
  /** Engine time in milliseconds. */
  startedAt: number
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  /** In front of `/approve`, where it is not the same. */
  publicUrl?: string | undefined
  trigger: JsonText
  vars: JsonText | undefined
}

/** The data of a run as far as it is in memory. */
export interface KnownData {
  /** What steps gave, by path; of a loop, once it was asked for, the whole list. */
  outputs: { get(path: string): JsonText | undefined }
  /** What the iterations of a loop are about, by the loop's path. */
  items: { get(path: string): readonly JsonText[] | undefined }
}

/**
 * What a step's expressions see: what the journal said when the step was decided to run, and nothing of later.
 * `scope` is the iteration they stand in; `extra` is what only this one place sees, such as `results`.
 */
export function scopeAt(
  facts: ScopeFacts,
  state: RunState,
  known: KnownData,
  decided: { seq: number; at: number },
  scope: Scope,
  extra: { results?: JsonText; event?: JsonText } = {},
): ExpressionScope {
  return {
    root(name) {
      switch (name) {
        case 'trigger':
          return facts.trigger
        case 'vars':
          return facts.vars ?? '{}'
        case 'item':
          return scope.loop && itemOf(known, scope.loop, scope.index)
        case 'index':
          return scope.loop && String(scope.index)
        case 'previous':
          return scope.loop && previousOf(known, scope.loop, scope.index)
        case 'loops':
          return loopsAround(known, scope)
        case 'results':
          return extra.results
        case 'event':
          return extra.event
      }
    },
    step(id) {
      const node = findVisible(state, scope, id)
      if (node?.status !== 'succeeded' || node.endSeq === undefined || node.endSeq >= decided.seq) return undefined
      return known.outputs.get(node.path)
    },
    run: expressionRun(facts, (id) => pathOfWait(state, scope, id)),
    now: decided.at,
  }
}

function itemOf({ items }: KnownData, loop: NodeState, index: number): JsonText | undefined {
  return items.get(loop.path)?.[index]
}

/** What the pass before gave; null in the first one. */
function previousOf({ outputs }: KnownData, { step, loop }: NodeState, index: number): JsonText | undefined {
  if (step.type !== 'repeat') return undefined
  const path = loop?.ends[index - 1]?.path
  return (path === undefined ? undefined : outputs.get(path)) ?? 'null'
}

/** Which wait of that id a step in this scope means: of its own iteration, or of those around it. */
function pathOfWait(state: RunState, scope: Scope, id: string): string {
  const parent = state.index.steps.get(id)?.parent
  for (let at: Scope | undefined = scope; at; at = at.loop?.scope) if (at.loop?.step.id === parent) return pathIn(at, id)
  return id
}

/** `loops.<id>` of every loop around, as one object. */
function loopsAround(known: KnownData, scope: Scope): JsonText {
  const members: string[] = []
  for (let at: Scope | undefined = scope; at?.loop; at = at.loop.scope) {
    const previous = previousOf(known, at.loop, at.index)
    const item = itemOf(known, at.loop, at.index)
    const fields = [
      `"index":${at.index}`,
      ...(item === undefined ? [] : [`"item":${item}`]),
      ...(previous === undefined ? [] : [`"previous":${previous}`]),
    ]
    members.push(`${JSON.stringify(at.loop.step.id)}:{${fields.join(',')}}`)
  }
  return `{${members.join(',')}}`
}

export function expressionRun(
  facts: Pick<ScopeFacts, 'runId' | 'flowId' | 'version' | 'startedAt' | 'signingKeys' | 'hooksUrl' | 'publicUrl'>,
  pathOf: (nodeId: string) => string = (nodeId) => nodeId,
): ExpressionScope['run'] {
  return {
    id: facts.runId,
    flowId: facts.flowId,
    version: facts.version,
    startedAt: new Date(facts.startedAt).toISOString(),
    resumeUrl: (nodeId) =>
      `${facts.hooksUrl}/resume/${encodeURIComponent(waitToken(facts.signingKeys, facts.runId, pathOf(nodeId)))}`,
    approvalUrl: (nodeId, approver) =>
      `${facts.publicUrl ?? facts.hooksUrl}/approve/${encodeURIComponent(approvalToken(facts.signingKeys, facts.runId, pathOf(nodeId), approver))}`,
  }
}
