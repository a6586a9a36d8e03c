import { AppError } from '#shared/errors.ts'
import type { Compiled } from '../engine-api.ts'
import type { FlowDirectory, RunnableFlow } from '../ports.ts'
import type { TestEngine } from './test-engine.ts'

/** Flows that runs of a test can call, as a server would keep them. */
export interface FlowShelf extends FlowDirectory {
  /** Makes a flow available, in place of what was there under this id. */
  put(it: TestEngine, flowId: string, flow: Compiled, more?: { version?: number; isFailureFlow?: true }): Promise<void>
  remove(flowId: string): void
}

export function createFlowShelf(): FlowShelf {
  const flows = new Map<string, { flow: RunnableFlow; isFailureFlow: boolean }>()
  return {
    async put({ engine }, flowId, flow, { version = 1, isFailureFlow = false } = {}) {
      const planHash = await engine.savePlan(flow)
      flows.set(flowId, { isFailureFlow, flow: { flowId, name: flowId, version, planHash, triggers: flow.plan.triggers } })
    },
    remove: (flowId) => flows.delete(flowId),
    async find(_, flowId, version) {
      const found = flows.get(flowId)
      if (!found) throw new AppError('invalid_input', `There is no flow ${flowId}. Choose another one.`)
      return version === 'draft' ? { ...found.flow, version } : found.flow
    },
    async findFailureFlows() {
      return [...flows.values()].flatMap(({ flow, isFailureFlow }) => (isFailureFlow ? [flow] : []))
    },
  }
}
