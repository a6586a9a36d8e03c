import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { JsonText } from '#shared/json.ts'
import type { RunState } from './state.ts'
import { waitToken } from './wait-token.ts'

export interface ScopeFacts {
  runId: string
  flowId: string
  version: number | 'draft'
  /** Engine time in milliseconds. */
  startedAt: number
  signingKeys: readonly Uint8Array[]
  hooksUrl: string
  trigger: JsonText
  vars: JsonText | undefined
}

/** What a step's expressions see: what the journal said when the step was decided to run, and nothing of later. */
export function scopeAt(
  facts: ScopeFacts,
  state: RunState,
  outputs: ReadonlyMap<string, JsonText>,
  decided: { seq: number; at: number },
): ExpressionScope {
  return {
    root(name) {
      if (name === 'trigger') return facts.trigger
      if (name === 'vars') return facts.vars ?? '{}'
      return undefined
    },
    step(id) {
      const node = state.nodes.get(id)
      if (node?.status !== 'succeeded' || node.endSeq === undefined || node.endSeq >= decided.seq) return undefined
      return outputs.get(id)
    },
    run: expressionRun(facts),
    now: decided.at,
  }
}

export function expressionRun(
  facts: Pick<ScopeFacts, 'runId' | 'flowId' | 'version' | 'startedAt' | 'signingKeys' | 'hooksUrl'>,
): ExpressionScope['run'] {
  const link = (kind: 'resume' | 'approve', nodeId: string) =>
    `${facts.hooksUrl}/${kind}/${encodeURIComponent(waitToken(facts.signingKeys, facts.runId, nodeId))}`
  return {
    id: facts.runId,
    flowId: facts.flowId,
    version: facts.version,
    startedAt: new Date(facts.startedAt).toISOString(),
    resumeUrl: (nodeId) => link('resume', nodeId),
    approvalUrl: (nodeId) => link('approve', nodeId),
  }
}
