import { codeReferences } from '../code-references.ts'
import type { FlowNode, NodeSettings } from '../flow.ts'
import { handleOf, nameOf } from '../flow-names.ts'
import { topologicalOrder } from '../graph.ts'
import type { NodeType } from '../manifest.ts'
import type { Plan, PlanEdge, PlanStep, PlanTrigger } from '../plan.ts'
import type { Named } from './check-expressions.ts'
import { paramsWithDefaults, retryPolicy } from './defaults.ts'
import type { Drawing } from './drawing.ts'
import { hasTemplates } from './templates-in.ts'

/** The plan of a flow without errors. Nothing of the canvas is in it, nor the order in which lines were drawn. */
export function buildPlan(drawing: Drawing, named: ReadonlyMap<string, Named>): Plan {
  const order = topologicalOrder(drawing.flow)
  const place = new Map(drawing.flow.nodes.map((node, index) => [node.id, index]))
  const turns = new Map(order.map((id, index) => [id, index]))
  const triggers: PlanTrigger[] = []
  const steps: PlanStep[] = []
  for (const node of drawing.flow.nodes) {
    const type = drawing.typeOf(node)
    if (type?.role !== 'trigger' || node.settings.disabled) continue
    triggers.push({ id: node.id, type: node.type, name: nameOf(node), params: paramsWithDefaults(node, type) })
  }
  for (const id of order) {
    const node = drawing.nodes.get(id)
    const type = node && drawing.typeOf(node)
    if (!node || type?.role !== 'step') continue
    steps.push({ ...stepFrom(node, type), ...linesOf(drawing, node, place), reads: readsOf(drawing, node, named.get(id), turns) })
  }
  return { format: 1, triggers, steps, settings: drawing.flow.settings }
}

function stepFrom(node: FlowNode, type: NodeType): Omit<PlanStep, 'incoming' | 'outgoing' | 'reads'> {
  const { settings } = node
  return {
    id: node.id,
    type: node.type,
    name: nameOf(node),
    runs: type.runs,
    effect: type.effect,
    params: paramsWithDefaults(node, type),
    expressions: Object.entries(type.params.properties ?? {}).flatMap(([name, schema]) => (hasTemplates(schema) ? [name] : [])),
    ...(node.connection === undefined ? {} : { connection: node.connection }),
    retry: retryPolicy(type, settings.retry),
    timeoutMs: settings.timeoutMs ?? type.settings.timeoutMs,
    onError: settings.onError ?? 'stop',
    join: settings.join ?? 'all',
    cancelRest: settings.cancelRest ?? false,
    delivery: settings.delivery ?? 'atLeastOnce',
    ...(settings.runIf === undefined ? {} : { runIf: settings.runIf }),
    ...(settings.concurrency === undefined ? {} : { concurrency: concurrencyOf(settings.concurrency) }),
    disabled: settings.disabled ?? false,
    ...(node.parent === undefined ? {} : { parent: node.parent }),
  }
}

function concurrencyOf({ limit, key }: NonNullable<NodeSettings['concurrency']>): NonNullable<PlanStep['concurrency']> {
  return key === undefined ? { limit } : { limit, key }
}

function linesOf(drawing: Drawing, node: FlowNode, place: ReadonlyMap<string, number>): Pick<PlanStep, 'incoming' | 'outgoing'> {
  const at = (id: string) => place.get(id) ?? 0
  const incoming: PlanEdge[] = drawing
    .linesInto(node.id)
    .map((edge) => ({ source: edge.source, handle: handleOf(edge) }))
    .toSorted((a, b) => at(a.source) - at(b.source) || (a.handle < b.handle ? -1 : 1))
  const outgoing: { [handle: string]: string[] } = {}
  for (const edge of drawing.linesFrom(node.id).toSorted((a, b) => at(a.target) - at(b.target))) {
    outgoing[handleOf(edge)] = [...(outgoing[handleOf(edge)] ?? []), edge.target]
  }
  return { incoming, outgoing }
}

/** The steps before this one that it may name, in plan order. */
function readsOf(drawing: Drawing, node: FlowNode, named: Named | undefined, turns: ReadonlyMap<string, number>): string[] {
  const code = drawing.typeOf(node)?.runs === 'code' ? node.params['code'] : undefined
  const inCode = typeof code === 'string' ? codeReferences(code) : undefined
  const all = named?.all === true || inCode?.all === true
  const ids = new Set([...(named?.ids ?? []), ...(inCode?.steps.map(({ id }) => id) ?? [])])
  const isStep = (id: string) => {
    const other = drawing.nodes.get(id)
    return other !== undefined && drawing.typeOf(other)?.role === 'step'
  }
  const isSeen = (id: string) => drawing.isUpstream(id, node.id) || drawing.nodes.get(id)?.parent === node.id
  // By what it names, not by what there is: a flow may have thousands of steps.
  return [...(all ? turns.keys() : ids)]
    .filter((id) => turns.has(id) && isStep(id) && isSeen(id))
    .toSorted((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0))
}
