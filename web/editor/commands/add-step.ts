import type { Flow, FlowEdge, FlowNode } from '#shared/flow.ts'
import { edgeKey, handleOf, nameOf } from '#shared/flow-names.ts'
import type { NodeType } from '#shared/manifest.ts'
import { edit } from '../document.ts'
import { findNode, indexOf } from '../document-index.ts'
import { exitsOf, isLane, isTrigger, mainExit } from '../exits.ts'
import { cardHeight, cardWidth, grid, isNote, laneGap, loopInset, placeOf, rowGap, rowPitch, sizeOf } from '../layout/measures.ts'
import type { AddPlace, CanvasState, Change, EditorState, Point } from '../state.ts'
import { idsOf, stepIdFor, stepNameFor } from '../step-id.ts'
import { awaitAnswer, awaitWords } from './await-answer.ts'
import { canEdit, defineCommand } from './command.ts'
import { paramsOfNew } from './params-of-new.ts'

export interface AddStepArgs {
  type: string
  place: AddPlace
}

/** Adds a step where a list was opened for: wired, named, selected, and with its set-up open. */
export const addStep = defineCommand<AddStepArgs>({
  id: 'addStep',
  label: 'Add a step',
  history: 'step',
  isEnabled: (state, { type }) => canEdit(state) && state.catalog.has(type),
  run(state, { type: typeName, place }): Change | undefined {
    const { document, catalog } = state
    const type = catalog.get(typeName)
    if (type === undefined) return undefined
    if (place.kind === 'replace') return replaced(state, place.nodeId, type)
    const name = stepNameFor(type.title, document)
    const node: FlowNode = {
      id: stepIdFor(name, idsOf(document)),
      type: type.type,
      name,
      position: { x: 0, y: 0 },
      params: paramsOfNew(type),
      settings: {},
    }
    const wiring = wiringFor(document, catalog, node, place)
    const parent = parentAt(document, place, wiring)
    if (parent !== undefined && type.role === 'step') node.parent = parent
    node.position = placeFor(document, place, wiring)
    let waiting: string[] = []
    const patch = edit(document, (draft) => {
      if (!state.session.keepTidy && wiring.below !== undefined) makeRoom(draft, wiring.below, node.position.y + rowPitch)
      draft.nodes.push(node)
      draft.edges = draft.edges.filter((edge) => !wiring.remove.has(edgeKey(edge)))
      draft.edges.push(...wiring.add)
      waiting = awaitAnswer(draft, node.id)
    })
    return {
      patch,
      session: {
        selection: [node.id],
        line: undefined,
        openStepId: node.id,
        inspectorTab: 'setup',
        search: undefined,
        addPlace: undefined,
        panel: undefined,
      },
      announce: `${name} added${wiring.after === undefined ? '' : ` after ${wiring.after}`}${awaitWords(waiting)}`,
    }
  },
})

/** The step it is put inside of: that of the steps it is wired to. */
function parentAt(flow: Flow, place: AddPlace, wiring: Wiring): string | undefined {
  return place.kind === 'inside' ? place.parent : findNode(flow, wiring.add[0]?.source)?.parent
}

interface Wiring {
  add: FlowEdge[]
  remove: ReadonlySet<string>
  /** The step it follows, as people call it. */
  after?: string
  /** The step that has to make room. */
  below?: string
}

function wiringFor(flow: Flow, catalog: CanvasState['catalog'], node: FlowNode, place: AddPlace): Wiring {
  const exit = mainExit(node, catalog)
  const none: Wiring = { add: [], remove: new Set() }
  const type = catalog.get(node.type)
  if (type?.role === 'note') return none
  if (type?.role === 'trigger') {
    if (place.kind !== 'start' || exit === undefined || flow.nodes.some((other) => isTrigger(other, catalog))) return none
    const first = flow.nodes.find((other) => !isNote(other, catalog) && (indexOf(flow).incoming.get(other.id) ?? []).length === 0)
    return first === undefined ? none : { add: [edgeFrom(node.id, exit, first.id)], remove: new Set() }
  }
  if (place.kind === 'line') {
    const line = indexOf(flow).edges.get(place.line)
    return line === undefined ? none : between(flow, line.source, handleOf(line), [line], node, exit)
  }
  if (place.kind !== 'after') return none
  // A line drawn into empty space is one more line, where one more may be; otherwise the step goes in between.
  const from = findNode(flow, place.source)
  const next =
    place.at === undefined || (from !== undefined && isLane(from, place.handle, catalog))
      ? (indexOf(flow).outgoing.get(place.source) ?? []).filter((edge) => handleOf(edge) === place.handle)
      : []
  return between(flow, place.source, place.handle, next, node, exit)
}

function between(
  flow: Flow,
  source: string,
  handle: string,
  next: readonly FlowEdge[],
  node: FlowNode,
  exit: string | undefined,
): Wiring {
  const from = findNode(flow, source)
  if (from === undefined) return { add: [], remove: new Set() }
  const entering = edgeFrom(source, handle, node.id)
  // Nothing can follow such a step, so what came next stays where it was.
  if (exit === undefined) return { add: [entering], remove: new Set(), after: nameOf(from) }
  const below = next[0]?.target
  return {
    add: [entering, ...next.map((edge) => edgeFrom(node.id, exit, edge.target))],
    remove: new Set(next.map(edgeKey)),
    after: nameOf(from),
    ...(below === undefined ? {} : { below }),
  }
}

/** Where the card goes when the flow isn't kept tidy, or before it is made tidy. */
function placeFor(flow: Flow, place: AddPlace, wiring: Wiring): Point {
  if (place.kind === 'free' || (place.kind === 'after' && place.at !== undefined)) {
    const around = findNode(flow, findNode(flow, wiring.add[0]?.source)?.parent)
    const from = around === undefined ? { x: 0, y: 0 } : placeOf(flow, around)
    const { x, y } = place.at ?? { x: 0, y: 0 }
    return { x: snap(x - from.x - cardWidth / 2), y: snap(y - from.y) }
  }
  if (place.kind === 'inside') return { x: loopInset.side, y: loopInset.top }
  const source = findNode(flow, wiring.add[0]?.source)
  if (source === undefined) return freeSpot(flow, undefined, { x: 0, y: 0 })
  const below = findNode(flow, wiring.below)
  const wanted = { x: below?.position.x ?? source.position.x, y: source.position.y + sizeOf(flow, source).height + rowGap }
  return below === undefined ? freeSpot(flow, source.parent, wanted) : wanted
}

function freeSpot(flow: Flow, parent: string | undefined, wanted: Point): Point {
  let { x } = wanted
  const beside = flow.nodes.filter((node) => node.parent === parent)
  const isTaken = () =>
    beside.some(
      ({ position }) => Math.abs(position.x - x) < cardWidth + laneGap / 2 && Math.abs(position.y - wanted.y) < cardHeight + grid,
    )
  while (isTaken()) x += cardWidth + laneGap
  return { x, y: wanted.y }
}

/** Moves a step and all that follows it down, if they stand in the way. */
function makeRoom(flow: Flow, id: string, wantedY: number): void {
  const first = flow.nodes.find((node) => node.id === id)
  const shift = first === undefined ? 0 : wantedY - first.position.y
  if (first === undefined || shift <= 0) return
  const moving = new Set([id])
  for (const from of moving) for (const edge of flow.edges) if (edge.source === from) moving.add(edge.target)
  for (const node of flow.nodes) if (moving.has(node.id) && node.position.y >= first.position.y) node.position.y += shift
}

/** The same place in the flow with another kind of step in it. Values whose names match are kept. */
function replaced(state: EditorState, nodeId: string, type: NodeType): Change | undefined {
  const { document, catalog } = state
  const old = findNode(document, nodeId)
  if (old === undefined) return undefined
  const oldTitle = catalog.get(old.type)?.title
  const keepsName = old.name !== undefined && old.name !== oldTitle
  const known = new Set(Object.keys(type.params.properties ?? {}))
  const kept = Object.fromEntries(Object.entries(old.params).filter(([name]) => known.has(name)))
  const node: FlowNode = {
    ...old,
    type: type.type,
    name: keepsName ? (old.name ?? type.title) : stepNameFor(type.title, document),
    params: { ...paramsOfNew(type), ...kept },
  }
  const exits = exitsOf(node, catalog)
  const patch = edit(document, (draft) => {
    draft.nodes = draft.nodes.map((other) => (other.id === nodeId ? node : other))
    draft.edges = draft.edges.flatMap((edge) => {
      if (edge.source !== nodeId || exits.includes(handleOf(edge))) return [edge]
      const exit = mainExit(node, catalog)
      return exit === undefined ? [] : [edgeFrom(nodeId, exit, edge.target)]
    })
    awaitAnswer(draft, nodeId)
  })
  return {
    patch,
    session: { selection: [nodeId], openStepId: nodeId, search: undefined, addPlace: undefined, panel: undefined },
    announce: `${nameOf(old)} is now ${type.title}`,
  }
}

/** A line as it is written: the plain exit goes without saying. */
export function edgeFrom(source: string, handle: string, target: string): FlowEdge {
  return handle === 'out' ? { source, target } : { source, sourceHandle: handle, target }
}

const snap = (value: number): number => Math.round(value / grid) * grid
