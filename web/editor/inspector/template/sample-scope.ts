import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { Flow } from '#shared/flow.ts'
import type { Json, JsonText } from '#shared/json.ts'
import { firstRound, withRoots } from '#shared/loop-sample.ts'

export interface SampleScopeInput {
  /** The step that is looked at: inside a loop it sees the first round. */
  at?: { flow: Pick<Flow, 'nodes'>; stepId: string }
  trigger: Json | undefined
  sampleOf: (stepId: string) => Json | undefined
  flowId: string
}

const texts = new WeakMap<object, JsonText>()

/** A sample as the text expressions read, written once however often it is asked for. */
export function jsonTextOf(value: Json | undefined): JsonText | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(value)
  texts.set(value, text)
  return text
}

/** What holes see in a preview: the samples, in place of what a run would bring. */
export function sampleScope({ trigger, sampleOf, flowId, at }: SampleScopeInput): ExpressionScope {
  // In a run this is the instant of its decision; in a preview it is the one somebody looks at it.
  const now = Date.now()
  const scope: ExpressionScope = {
    root: (name) => (name === 'trigger' ? jsonTextOf(trigger) : name === 'vars' ? '{}' : undefined),
    step: (id) => jsonTextOf(sampleOf(id)),
    run: {
      id: 'run_sample',
      flowId,
      version: 'draft',
      startedAt: new Date(now).toISOString(),
      resumeUrl: (nodeId) => `${location.origin}/resume/sample-${nodeId}`,
      approvalUrl: (nodeId) => `${location.origin}/approve/sample-${nodeId}`,
    },
    now,
  }
  return at === undefined ? scope : withRoots(scope, firstRound(at.flow, at.stepId, scope))
}
