import type { Flow, FlowEdge } from '#shared/flow.ts'
import { edgeKey, handleOf } from '#shared/flow-names.ts'
import { errorHandle } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { isNote, placeOf, type Size, sizeOf } from '../layout/measures.ts'
import { exitX } from './exit-places.ts'
import type { LineCourse } from './line-path.ts'

const clearance = 16

/** How each line runs: where it bends, and beside which cards it has to pass. By `edgeKey`. */
export function lineCourses(flow: Flow, catalog: Catalog): ReadonlyMap<string, LineCourse> {
  // A line stays inside the walls its ends are in: only what stands there too can be in its way.
  const cards = new Map<string | undefined, Card[]>()
  for (const node of flow.nodes) {
    if (isNote(node, catalog)) continue
    const beside = cards.get(node.parent) ?? []
    cards.set(node.parent, beside)
    beside.push({ id: node.id, ...placeOf(flow, node), ...sizeOf(flow, node) })
  }
  for (const beside of cards.values()) beside.sort((a, b) => a.y - b.y)
  const courses = new Map<string, LineCourse>()
  for (const edge of flow.edges) {
    courses.set(edgeKey(edge), courseOf(flow, catalog, edge, cards.get(findNode(flow, edge.source)?.parent) ?? []))
  }
  return courses
}

interface Card extends Size {
  id: string
  x: number
  y: number
}

function courseOf(flow: Flow, catalog: Catalog, edge: FlowEdge, cards: readonly Card[]): LineCourse {
  const source = findNode(flow, edge.source)
  const target = findNode(flow, edge.target)
  const meets = incomingOf(flow, edge.target).length > 1
  const parts = outgoingOf(flow, edge.source).length > 1
  const bend = meets && !parts ? 'late' : 'early'
  const side = handleOf(edge) === errorHandle
  if (source === undefined || target === undefined) return { bend, side }

  const start = placeOf(flow, source)
  const end = placeOf(flow, target)
  const size = sizeOf(flow, source)
  const from = start.x + (side ? size.width : exitX(source, handleOf(edge), catalog, size.width))
  const to = end.x + sizeOf(flow, target).width / 2
  const top = start.y + (side ? size.height / 2 : size.height)
  const bottom = end.y
  // Only a line that passes other rows can run into a card; where it runs down decides whether it does.
  const between = cardsBetween(cards, top + 20, bottom - 20).filter((card) => card.id !== source.id && card.id !== target.id)
  if (between.length === 0) return { bend, side }
  const isFree = (x: number) => between.every((card) => x < card.x - clearance + 1 || x > card.x + card.width + clearance - 1)
  const straight = side ? Math.max(to, from + 28) : bend === 'early' ? to : from
  if (isFree(straight)) return { bend, side }
  const other = side ? undefined : bend === 'early' ? from : to
  if (other !== undefined && isFree(other)) return { bend: bend === 'early' ? 'late' : 'early', side }
  const via = between
    .flatMap((card) => [card.x - clearance, card.x + card.width + clearance])
    .filter((x) => isFree(x) && (!side || x > from))
    .toSorted((a, b) => Math.abs(a - from) - Math.abs(b - from))[0]
  return { bend, side, via }
}

function cardsBetween(cards: readonly Card[], top: number, bottom: number): Card[] {
  // Sorted by where they begin; tall ones may begin far above.
  const found: Card[] = []
  for (const card of cards) {
    if (card.y > bottom) break
    if (card.y + card.height >= top) found.push(card)
  }
  return found
}
