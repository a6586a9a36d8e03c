import type { Flow } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Problem } from '#shared/plan.ts'
import { type CalledFlow, listLiveFlows } from '../db/list-live-flows.ts'
import type { Queryable } from '../db/queryable.ts'

const startsByCall = ['flowCalled', 'manual']
const startsOnFailure = ['flowFailed', ...startsByCall]

interface Mention {
  flowId: string
  where: Pick<Problem, 'nodeId' | 'param'>
  /** Who names it, as the message begins. */
  who: string
  starts: readonly string[]
}

/**
 * Flows that this one runs and that can't be run as things are. They may be published or turned on later, before any
 * run comes to them: so these are warnings.
 */
export async function checkCalledFlows(db: Queryable, flowId: string, flow: Flow): Promise<Problem[]> {
  const mentions = mentionsIn(flow)
  if (mentions.length === 0) return []
  const found = await listLiveFlows(
    db,
    flowId,
    mentions.map((mention) => mention.flowId),
  )
  const flows = new Map(found.map((one) => [one.id, one]))
  // A flow that runs itself stays at its version: what counts is the document at hand.
  flows.set(flowId, { id: flowId, name: flow.name, enabled: true, triggers: flow.nodes.map(triggerFrom) })
  return mentions.flatMap((mention) => {
    const message = whatIsWrong(mention, flows.get(mention.flowId))
    return message === undefined ? [] : [{ severity: 'warning', code: 'invalid_param', ...mention.where, message }]
  })
}

function mentionsIn({ nodes, settings }: Flow): Mention[] {
  const called = nodes.flatMap((node): Mention[] => {
    const { flowId } = node.params
    if (node.type !== 'callFlow' || typeof flowId !== 'string' || flowId === '') return []
    return [{ flowId, where: { nodeId: node.id, param: 'flowId' }, who: `"${nameOf(node)}" runs`, starts: startsByCall }]
  })
  const { onFailure } = settings
  if (!onFailure) return called
  const where = { param: 'settings.onFailure' }
  return [...called, { flowId: onFailure.flowId, where, who: 'A failure of this flow starts', starts: startsOnFailure }]
}

function triggerFrom({ id, type, params }: Flow['nodes'][number]): NonNullable<CalledFlow['triggers']>[number] {
  return { id, type, name: id, params }
}

function whatIsWrong({ flowId, who, starts }: Mention, flow: CalledFlow | undefined): string | undefined {
  if (!flow) return `${who} the flow ${flowId}, which is not there. Choose another one.`
  const named = `${who} the flow "${flow.name}", which`
  if (flow.triggers === null) return `${named} isn’t published. Publish it before this one runs.`
  if (!flow.enabled) return `${named} is turned off. Turn it on before this one runs.`
  if (flow.triggers.some(({ type }) => starts.includes(type))) return undefined
  return `${named} has no start for that. Give it the start “Run by another flow”, and publish it.`
}
