import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { JsonText } from '#shared/json.ts'
import { firstRound, type LoopRoots } from '#shared/loop-sample.ts'
import { triggerText } from '#shared/trigger-text.ts'
import type { StepTestFlow } from './step-test.ts'

/** What the test of one step is made on. */
export interface StepTestData {
  trigger: JsonText
  steps: { [id: string]: JsonText }
  round: LoopRoots
}

interface Given {
  flowId: string
  stepId: string
  /** What a step has given, or is to have given for this test. */
  dataOf: (id: string) => JsonText | undefined
  /** Data of a start, in place of the one it once had. */
  trigger?: JsonText | undefined
  sampleOf: (id: string) => JsonText | undefined
}

/** Puts together what a step reads from samples of the steps before it; inside a loop it is in the first round. */
export function stepTestData(test: StepTestFlow, { flowId, stepId, dataOf, trigger: given, sampleOf }: Given): StepTestData {
  const steps: { [id: string]: JsonText } = {}
  for (const id of test.upstreamIds) {
    const data = dataOf(id)
    if (data !== undefined) steps[id] = data
  }
  const trigger =
    given ?? test.triggerIds.map(sampleOf).find((sample) => sample !== undefined) ?? triggerText('manual', Date.now(), 'null')
  const scope: ExpressionScope = {
    root: (name) => (name === 'trigger' ? trigger : name === 'vars' ? '{}' : undefined),
    step: (id) => steps[id],
    run: { id: '', flowId, version: 'draft', startedAt: '', resumeUrl: () => '', approvalUrl: () => '' },
    now: Date.now(),
  }
  return { trigger, steps, round: firstRound(test.whole, stepId, scope) }
}
