import type { FlowEdge, FlowNode } from './flow.ts'

// Apart from the document's schema: the page that shows a flow needs these at once, and the schema's library hardly ever.

/** The handle a line leaves by when it names none. */
export const defaultHandle = 'out'

export function handleOf(edge: FlowEdge): string {
  return edge.sourceHandle ?? defaultHandle
}

/** The name by which a line is known to the canvas, to patches and to tests. */
export function edgeKey(edge: FlowEdge): string {
  return `${edge.source}:${handleOf(edge)}>${edge.target}`
}

/** What a person calls a step: its name, or its id while it has none. */
export function nameOf(node: Pick<FlowNode, 'id' | 'name'>): string {
  return node.name ?? node.id
}
