import type { Flow, FlowEdge, FlowNode } from './flow.ts'
import { handleOf } from './flow-names.ts'
import { upstreamOf } from './graph.ts'
import type { Catalog } from './manifest.ts'

/** What is known of the steps before another one, from the lines alone. */
export interface Certainty {
  /** Whether `before` has succeeded each time `after` runs: its output is there, whichever way the run took. */
  isCertain(before: string, after: string): boolean
  /** The exit by which `before` was certainly left when `after` runs; undefined where it may have been any. */
  exitTaken(before: string, after: string): string | undefined
}

/** Above this many pairs of line and step the answer would take seconds: then every step counts as one that always runs. */
const mostAnswers = 1_000_000
/** The same of pairs of line and line: for each that is taken only sometimes all others are followed. */
const mostFollowed = 10_000_000

type Drawing = Pick<Flow, 'nodes' | 'edges'>

/**
 * What has to come true for a step to run: the lines that are taken only sometimes and that every way to it uses, with
 * the trigger it needs among several. A step with no other conditions than mine has run whenever I do. In doubt the
 * answer is no.
 */
export function certaintyOf(flow: Drawing, catalog: Catalog): Certainty {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]))
  const edges = [...flow.edges, ...loopEntries(flow)]
  const guards = guardsOf(flow.nodes, edges, nodes, catalog)
  const earlier = new Map<string, ReadonlySet<string>>()
  const before = (id: string) => {
    const found = earlier.get(id) ?? upstreamOf(flow, id)
    earlier.set(id, found)
    return found
  }
  const joins = flow.nodes.filter(({ settings }) => settings.join !== undefined && settings.join !== 'all')

  function exitTaken(source: string, after: string): string | undefined {
    for (const lane of guards(after)) if (lane.startsWith(`${source}:`)) return lane.slice(source.length + 1)
    return undefined
  }

  return {
    exitTaken,
    isCertain(one, after) {
      const own = guards(after)
      for (const guard of guards(one)) if (!own.has(guard)) return false
      const { settings } = nodes.get(one) ?? {}
      if (settings?.runIf !== undefined && exitTaken(one, after) === undefined) return false
      // A join that doesn't wait for all its lines can be passed while a step before it is still at work.
      return joins.every(
        ({ id }) =>
          (id !== after && !before(after).has(id)) ||
          !before(id).has(one) ||
          flow.edges.every(({ source, target }) => target !== id || source === one || before(source).has(one)),
      )
    },
  }
}

/** A loop leads to the steps inside it that no line leads to. */
function loopEntries({ nodes, edges }: Drawing): FlowEdge[] {
  const targets = new Set(edges.map(({ target }) => target))
  return nodes.flatMap(({ id, parent }) =>
    parent === undefined || targets.has(id) ? [] : [{ source: parent, sourceHandle: 'inside', target: id }],
  )
}

function guardsOf(
  all: readonly FlowNode[],
  edges: readonly FlowEdge[],
  nodes: ReadonlyMap<string, FlowNode>,
  catalog: Catalog,
): (id: string) => ReadonlySet<string> {
  const triggers = all.filter((node) => catalog.get(node.type)?.role === 'trigger').map((node) => node.id)
  const lanes = new Set(edges.filter((edge) => isSometimesTaken(nodes.get(edge.source), edge, catalog)).map(laneOf))
  const none: ReadonlySet<string> = new Set()
  const starts = triggers.length > 1 ? triggers.length : 0
  if ((lanes.size + starts) * all.length > mostAnswers || (lanes.size + starts) * edges.length > mostFollowed) return () => none
  const guarded = new Map<string, Set<string>>()
  const guard = (name: string, reached: Set<string>) => {
    for (const { id } of all) {
      if (reached.has(id)) continue
      const known = guarded.get(id)
      if (known) known.add(name)
      else guarded.set(id, new Set([name]))
    }
  }
  for (const lane of lanes) {
    guard(
      lane,
      reachable(
        edges.filter((edge) => laneOf(edge) !== lane),
        triggers,
      ),
    )
  }
  if (triggers.length > 1) {
    for (const trigger of triggers) {
      guard(
        trigger,
        reachable(
          edges,
          triggers.filter((other) => other !== trigger),
        ),
      )
    }
  }
  return (id) => guarded.get(id) ?? none
}

function laneOf(edge: FlowEdge): string {
  return `${edge.source}:${handleOf(edge)}`
}

function isSometimesTaken(source: FlowNode | undefined, edge: FlowEdge, catalog: Catalog): boolean {
  if (source === undefined) return false
  const handles = catalog.get(source.type)?.handles
  return (
    handles === 'cases' ||
    (handles?.length ?? 1) > 1 ||
    handleOf(edge) !== 'out' ||
    source.type === 'filter' ||
    source.settings.onError === 'route' ||
    source.settings.runIf !== undefined
  )
}

function reachable(edges: readonly FlowEdge[], from: readonly string[]): Set<string> {
  const next = new Map<string, string[]>()
  for (const { source, target } of edges) {
    const known = next.get(source)
    if (known) known.push(target)
    else next.set(source, [target])
  }
  const found = new Set(from)
  const open = [...from]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const target of next.get(id) ?? []) {
      if (found.has(target)) continue
      found.add(target)
      open.push(target)
    }
  }
  return found
}
