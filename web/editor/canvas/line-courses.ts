import { edgeKey, handleOf, type Flow, type FlowEdge } from '#shared/flow.ts'
import { errorHandle } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { cardHeight, cardWidth, isNote } from '../layout/measures.ts'
import { exitX } from './exit-places.ts'
import type { LineCourse } from './line-path.ts'

const clearance = 16

/** How each line runs: where it bends, and beside which cards it has to pass. By `edgeKey`. */
export function lineCourses(flow: Flow, catalog: Catalog): ReadonlyMap<string, LineCourse> {
  const cards = flow.nodes
    .filter((node) => !isNote(node, catalog))
    .map(({ id, position }) => ({ id, ...position }))
    .toSorted((a, b) => a.y - b.y)
  const courses = new Map<string, LineCourse>()
  for (const edge of flow.edges) courses.set(edgeKey(edge), courseOf(flow, catalog, edge, cards))
  return courses
}

interface Card {
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

  const from = side ? source.position.x + cardWidth : source.position.x + exitX(source, handleOf(edge), catalog)
  const to = target.position.x + cardWidth / 2
  const top = source.position.y + (side ? cardHeight / 2 : cardHeight)
  const bottom = target.position.y
  // Only a line that passes other rows can run into a card; where it runs down decides whether it does.
  const between = cardsBetween(cards, top + 20, bottom - 20).filter((card) => card.id !== source.id && card.id !== target.id)
  if (between.length === 0) return { bend, side }
  const isFree = (x: number) => between.every((card) => x < card.x - clearance + 1 || x > card.x + cardWidth + clearance - 1)
  const straight = side ? Math.max(to, from + 28) : bend === 'early' ? to : from
  if (isFree(straight)) return { bend, side }
  const other = side ? undefined : bend === 'early' ? from : to
  if (other !== undefined && isFree(other)) return { bend: bend === 'early' ? 'late' : 'early', side }
  const via = between
    .flatMap((card) => [card.x - clearance, card.x + cardWidth + clearance])
    .filter((x) => isFree(x) && (!side || x > from))
    .toSorted((a, b) => Math.abs(a - from) - Math.abs(b - from))[0]
  return { bend, side, via }
}

function cardsBetween(cards: readonly Card[], top: number, bottom: number): Card[] {
  let low = 0
  let high = cards.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cards[middle]?.y ?? 0) + cardHeight < top) low = middle + 1
    else high = middle
  }
  const found: Card[] = []
  for (let at = low; at < cards.length; at++) {
    const card = cards[at]
    if (card === undefined || card.y > bottom) break
    found.push(card)
  }
  return found
}
