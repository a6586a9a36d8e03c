import type { Flow, FlowEdge, FlowNode } from '../flow.ts'
import { handleOf, nameOf } from '../flow-names.ts'
import { ancestry, handlesOf } from '../graph.ts'
import type { Catalog, NodeType } from '../manifest.ts'
import type { Problem, ProblemCode } from '../plan.ts'

type Where = Pick<Problem, 'nodeId' | 'edge' | 'param' | 'line' | 'column' | 'package'>

/** A flow prepared for being asked about, and the problems found in it so far. */
export class Drawing {
  readonly flow: Flow
  readonly catalog: Catalog
  readonly problems: Problem[] = []
  readonly nodes: ReadonlyMap<string, FlowNode>
  private readonly incoming = new Map<string, FlowEdge[]>()
  private readonly outgoing = new Map<string, FlowEdge[]>()
  private readonly exits = new Map<string, ReadonlySet<string>>()
  private ancestors: ReturnType<typeof ancestry> | undefined
  private called: Map<string, FlowNode[]> | undefined

  constructor(flow: Flow, catalog: Catalog) {
    this.flow = flow
    this.catalog = catalog
    this.nodes = new Map(flow.nodes.map((node) => [node.id, node]))
    for (const edge of flow.edges) {
      addTo(this.outgoing, edge.source, edge)
      addTo(this.incoming, edge.target, edge)
    }
  }

  error(code: ProblemCode, message: string, where: Where = {}): void {
    this.problems.push({ severity: 'error', ...where, code, message })
  }

  warning(code: ProblemCode, message: string, where: Where = {}): void {
    this.problems.push({ severity: 'warning', ...where, code, message })
  }

  typeOf(node: FlowNode): NodeType | undefined {
    return this.catalog.get(node.type)
  }

  name(id: string): string {
    const node = this.nodes.get(id)
    return node ? nameOf(node) : id
  }

  linesInto(id: string): FlowEdge[] {
    return this.incoming.get(id) ?? []
  }

  linesFrom(id: string): FlowEdge[] {
    return this.outgoing.get(id) ?? []
  }

  wiredHandles(id: string): Set<string> {
    return new Set(this.linesFrom(id).map(handleOf))
  }

  /** Whether a line can leave this node by that handle. */
  hasExit(node: FlowNode, type: NodeType, handle: string): boolean {
    const known = this.exits.get(node.id) ?? new Set(handlesOf(node, type))
    this.exits.set(node.id, known)
    return known.has(handle)
  }

  /** Steps whose id or name is this but for capital letters, in the order of the document. */
  stepsCalled(word: string): readonly FlowNode[] {
    this.called ??= this.byName()
    return this.called.get(word.toLowerCase()) ?? []
  }

  private byName(): Map<string, FlowNode[]> {
    const found = new Map<string, FlowNode[]>()
    for (const node of this.flow.nodes) {
      if (this.typeOf(node)?.role !== 'step') continue
      for (const word of new Set([node.id.toLowerCase(), (node.name ?? node.id).toLowerCase()])) addTo(found, word, node)
    }
    return found
  }

  /** Whether what `before` gives can be named in `after`. */
  isUpstream(before: string, after: string): boolean {
    this.ancestors ??= ancestry(this.flow)
    return this.ancestors.isUpstream(before, after)
  }

  /** The loops a node is in, innermost first. */
  loopsAround(node: FlowNode): string[] {
    const loops: string[] = []
    for (let id = node.parent; id !== undefined && !loops.includes(id); id = this.nodes.get(id)?.parent) loops.push(id)
    return loops
  }
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}
