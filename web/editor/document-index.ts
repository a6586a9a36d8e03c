import type { Flow, FlowEdge, FlowNode } from '#shared/flow.ts'
import { edgeKey } from '#shared/flow-names.ts'

export interface DocumentIndex {
  nodes: ReadonlyMap<string, FlowNode>
  edges: ReadonlyMap<string, FlowEdge>
  incoming: ReadonlyMap<string, readonly FlowEdge[]>
  outgoing: ReadonlyMap<string, readonly FlowEdge[]>
}

const indexes = new WeakMap<readonly FlowNode[], { edges: readonly FlowEdge[]; index: DocumentIndex }>()

/** Finds steps and lines without searching. Built once for each state of the document, however many cards ask. */
export function indexOf(flow: Flow): DocumentIndex {
  const known = indexes.get(flow.nodes)
  if (known?.edges === flow.edges) return known.index
  const incoming = new Map<string, FlowEdge[]>()
  const outgoing = new Map<string, FlowEdge[]>()
  for (const edge of flow.edges) {
    listAt(incoming, edge.target).push(edge)
    listAt(outgoing, edge.source).push(edge)
  }
  const index: DocumentIndex = {
    nodes: new Map(flow.nodes.map((node) => [node.id, node])),
    edges: new Map(flow.edges.map((edge) => [edgeKey(edge), edge])),
    incoming,
    outgoing,
  }
  indexes.set(flow.nodes, { edges: flow.edges, index })
  return index
}

export function findNode(flow: Flow, id: string | undefined): FlowNode | undefined {
  return id === undefined ? undefined : indexOf(flow).nodes.get(id)
}

export function incomingOf(flow: Flow, id: string): readonly FlowEdge[] {
  return indexOf(flow).incoming.get(id) ?? []
}

export function outgoingOf(flow: Flow, id: string): readonly FlowEdge[] {
  return indexOf(flow).outgoing.get(id) ?? []
}

function listAt<T>(lists: Map<string, T[]>, key: string): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}
