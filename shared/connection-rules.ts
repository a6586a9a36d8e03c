import type { Flow, FlowEdge } from './flow.ts'
import { edgeKey, handleOf, nameOf } from './flow-names.ts'
import { errorHandle, handleLabel, handlesOf, wouldCycle } from './graph.ts'
import type { Catalog } from './manifest.ts'

/**
 * Why this line may not be drawn, in one sentence, or undefined when it may.
 *
 * The only rules there are for lines: mouse, keyboard, paste, import and API ask here. The line itself may already
 * be in the flow.
 */
export function connectionProblem(flow: Flow, catalog: Catalog, edge: FlowEdge): string | undefined {
  const source = flow.nodes.find((node) => node.id === edge.source)
  const target = flow.nodes.find((node) => node.id === edge.target)
  if (!source || !target) return `There is no step called "${source ? edge.target : edge.source}" for this line.`
  const from = catalog.get(source.type)
  const to = catalog.get(target.type)
  const sourceName = nameOf(source)
  const targetName = nameOf(target)

  if (from?.role === 'note' || to?.role === 'note') return 'A note is only there to be read: no line can start or end at it.'
  if (to?.role === 'trigger') return `Nothing can lead into "${targetName}": it is where a run starts.`
  if (source === target) return `"${sourceName}" can't lead to itself. To do something again, use a Repeat step.`
  if (source.parent !== target.parent) return wallSentence(flow, edge, sourceName, targetName)

  const handle = handleOf(edge)
  if (from && !handlesOf(source, from).includes(handle)) {
    if (handle === errorHandle && from.role === 'step') {
      return `To go another way when "${sourceName}" fails, first set its option "If it fails" to "Go another way".`
    }
    if (from.handles.length === 0) return `"${sourceName}" ends the run, so nothing can follow it.`
    return `"${sourceName}" has no way out called "${handle}".`
  }

  const others = flow.edges.filter((other) => other !== edge && other.source === edge.source && handleOf(other) === handle)
  if (others.some((other) => edgeKey(other) === edgeKey(edge))) return `"${sourceName}" already leads to "${targetName}".`
  const first = others[0]
  if (first && from && isLane(from.handles, handle)) {
    const taken = flow.nodes.find((node) => node.id === first.target)
    const label = handleLabel(source, handle)
    return `"${label}" of "${sourceName}" already leads to "${taken ? nameOf(taken) : first.target}". Add this step behind that one.`
  }
  const without = { nodes: flow.nodes, edges: flow.edges.filter((other) => other !== edge) }
  if (wouldCycle(without, edge.source, edge.target)) {
    return `"${targetName}" already leads to "${sourceName}", so this line would go round in a circle. To do something again, use a Repeat step.`
  }
  return undefined
}

/** Each way out of a step that chooses between several starts one lane. */
function isLane(handles: string[] | 'cases', handle: string): boolean {
  return handle !== errorHandle && (handles === 'cases' || handles.length > 1)
}

function wallSentence(flow: Flow, edge: FlowEdge, sourceName: string, targetName: string): string {
  const source = flow.nodes.find((node) => node.id === edge.source)
  const inside = source?.parent === undefined ? targetName : sourceName
  const loop = flow.nodes.find(
    (node) => node.id === (source?.parent ?? flow.nodes.find((node) => node.id === edge.target)?.parent),
  )
  return `"${inside}" is inside "${loop ? nameOf(loop) : 'a Repeat step'}". No line can cross its wall: draw the line from or to the Repeat step itself.`
}
