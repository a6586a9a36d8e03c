import type { FlowDirectory, RunnableFlow } from '#engine/index.ts'
import { AppError } from '#shared/errors.ts'
import { findLiveFlow, type LiveFlow, listFailureFlows } from '../db/find-live-flow.ts'
import type { Deps } from '../deps.ts'
import { CompileError } from '../http/problem.ts'
import { findRunnable } from './find-runnable.ts'

/** Drafts that were made ready and may be asked for again, as by a loop. */
const mostDrafts = 100

/** What the engine asks of flows. The rest of the server is there only once the engine is: it is asked for late. */
export function createFlowDirectory(depsOf: () => Deps): FlowDirectory {
  const drafts = new Map<string, { revision: number; flow: RunnableFlow }>()

  async function findDraft(workspaceId: string, { id, name, revision }: LiveFlow): Promise<RunnableFlow> {
    const known = drafts.get(id)
    if (known?.revision === revision) return known.flow
    try {
      const { planHash, triggers, hasPackages } = await findRunnable(depsOf(), workspaceId, id, 'draft')
      const flow = { flowId: id, name, version: 'draft' as const, planHash, triggers }
      if (hasPackages === true) return flow
      drafts.delete(id)
      drafts.set(id, { revision, flow })
      const [oldest] = drafts.keys()
      if (drafts.size > mostDrafts && oldest !== undefined) drafts.delete(oldest)
      return flow
    } catch (error) {
      if (!(error instanceof CompileError)) throw error
      throw cannotRun(`The draft of the flow "${name}" can’t be run yet. Put right what its editor marks.`)
    }
  }

  return {
    async find(workspaceId, flowId, version) {
      const flow = await findLiveFlow(depsOf().pool, workspaceId, flowId)
      if (!flow) throw cannotRun(`There is no flow ${flowId}. Choose another one.`)
      if (version === 'draft') return findDraft(workspaceId, flow)
      const live = liveFrom(flow)
      if (!live) throw cannotRun(`The flow "${flow.name}" isn’t published. Publish it, so that other flows can run it.`)
      if (!flow.enabled) throw cannotRun(`The flow "${flow.name}" is turned off. Turn it on, so that other flows can run it.`)
      return live
    },
    async findFailureFlows(workspaceId) {
      const flows = await listFailureFlows(depsOf().pool, workspaceId)
      return flows.flatMap((flow) => liveFrom(flow) ?? [])
    },
  }
}

function liveFrom({ id, name, version, planHash, triggers }: LiveFlow): RunnableFlow | undefined {
  return version === null || planHash === null ? undefined : { flowId: id, name, version, planHash, triggers: triggers ?? [] }
}

function cannotRun(message: string): AppError {
  return new AppError('invalid_input', message)
}
