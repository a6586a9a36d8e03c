import type { Flow, FlowEdge, FlowNode } from '#shared/flow.ts'
import { edgeKey, handleOf, nameOf } from '#shared/flow-names.ts'
import { holdsSteps } from '#shared/graph.ts'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { edit } from '../document.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { isTrigger, mainExit } from '../exits.ts'
import { cardWidth, laneGap } from '../layout/measures.ts'
import type { Change, EditorState, Language } from '../state.ts'
import { idsOf, stepIdFor, stepNameFor } from '../step-id.ts'
import { edgeFrom } from './add-step.ts'
import { canEdit, chosenStep, defineCommand } from './command.ts'
import type { CopiedSteps } from './copied-steps.ts'
import { deleteSelection } from './delete-selection.ts'

/** The selected steps as text. Stored accounts are left out: whoever pastes it chooses their own. */
export function copiedText(state: EditorState): string | undefined {
  const copied = selectedSteps(state)
  return copied === undefined ? undefined : JSON.stringify(copied, undefined, 2)
}

/** Adds the steps a text holds, behind the selected step when they have one beginning. */
export const paste = defineCommand<{ text: string }>({
  id: 'paste',
  label: 'Paste',
  shortcuts: ['Ctrl+V'],
  history: 'step',
  isEnabled: (state, { text }) => canEdit(state) && state.language?.readCopied(text) !== undefined,
  run(state, { text }) {
    const copied = state.language?.readCopied(text)
    return copied === undefined ? undefined : insert(state, copied, chosenStep(state), 'pasted')
  },
})

/** A second one of each selected step, with the lines between them. */
export const duplicate = defineCommand({
  id: 'duplicate',
  label: 'Duplicate',
  shortcuts: ['Ctrl+D'],
  history: 'step',
  // One step alone is in no step's references but its own.
  isEnabled: (state) =>
    canEdit(state) &&
    selectedSteps(state) !== undefined &&
    (state.session.selection.length === 1 || state.language !== undefined),
  run(state) {
    const copied = selectedSteps(state, 'withConnections')
    if (copied === undefined) return undefined
    const last = copied.nodes.length === 1 ? copied.nodes[0]?.id : undefined
    return insert(state, copied, last, 'duplicated')
  },
})

/** What is left after the selected steps went to the clipboard. */
export const cut = defineCommand({
  id: 'cut',
  label: 'Cut',
  shortcuts: ['Ctrl+X'],
  history: 'step',
  isEnabled: (state) => canEdit(state) && selectedSteps(state) !== undefined,
  run: (state) => deleteSelection.run(state),
})

function selectedSteps({ document, session }: EditorState, connections?: 'withConnections'): CopiedSteps | undefined {
  const chosen = new Set(session.selection)
  // What is inside a step goes with it.
  for (let size = 0; size < chosen.size;) {
    ;({ size } = chosen)
    for (const { id, parent } of document.nodes) if (parent !== undefined && chosen.has(parent)) chosen.add(id)
  }
  const nodes = document.nodes.filter((node) => chosen.has(node.id))
  if (nodes.length === 0) return undefined
  return {
    holdfast: 'steps',
    nodes: connections === undefined ? nodes.map(withoutConnection) : nodes,
    edges: document.edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target)),
  }
}

function insert(state: EditorState, copied: CopiedSteps, after: string | undefined, how: 'pasted' | 'duplicated'): Change {
  const { document, catalog } = state
  const into = parentFor(document, after)
  const nodes = copiesOf(copied, document, state.language, into)
  const idOf = new Map(copied.nodes.map((node, index) => [node.id, nodes[index]?.id ?? node.id]))
  const edges = copied.edges.flatMap((edge) => {
    const source = idOf.get(edge.source)
    const target = idOf.get(edge.target)
    return source === undefined || target === undefined ? [] : [edgeFrom(source, handleOf(edge), target)]
  })
  const added: Flow = { ...document, nodes, edges }
  const wiring = wiringAfter(state, added, after)
  const patch = edit(document, (draft) => {
    draft.nodes.push(...nodes)
    draft.edges = draft.edges.filter((edge) => !wiring.remove.has(edgeKey(edge)))
    draft.edges.push(...edges, ...wiring.add)
  })
  const unset = nodes.filter((node) => catalog.get(node.type)?.app !== undefined && node.connection === undefined).length
  const one = nodes.length === 1 ? nodes[0] : undefined
  return {
    patch,
    session: {
      selection: nodes.map((node) => node.id),
      line: undefined,
      ...(one === undefined || state.session.openStepId === undefined ? {} : { openStepId: one.id }),
    },
    announce: `${one === undefined ? `${nodes.length} steps` : nameOf(one)} ${how}.${unset > 0 ? ` ${unset} may need a connection.` : ''}`,
  }
}

/** The copies under names and ids of their own, with what they say of each other following. */
function copiesOf({ nodes }: CopiedSteps, document: Flow, language: Language | undefined, into: string | undefined): FlowNode[] {
  const taken = idsOf(document)
  const named = { ...document, nodes: [...document.nodes] }
  const renames = new Map<string, string>()
  const copies = nodes.map((node) => {
    const isKnown = taken.has(node.id)
    const name = isKnown ? stepNameFor(nameOf(node), named) : nameOf(node)
    const id = isKnown ? stepIdFor(name, taken) : node.id
    const copy = {
      ...structuredClone(node),
      id,
      name,
      position: { x: node.position.x + cardWidth + laneGap, y: node.position.y },
    }
    taken.add(id)
    named.nodes.push(copy)
    renames.set(node.id, id)
    return copy
  })
  return copies.map((copy) => {
    let { params } = copy
    for (const [from, to] of renames)
      if (from !== to && language !== undefined) params = rewritten(params, (text) => language.renameReferences(text, from, to))
    const parent = (copy.parent === undefined ? undefined : renames.get(copy.parent)) ?? into
    const { parent: _, ...rest } = copy
    return { ...rest, params, ...(parent === undefined ? {} : { parent }) }
  })
}

/** Where copies go: inside of what the step they follow is inside of, or of a step that repeats and is empty. */
function parentFor(document: Flow, after: string | undefined): string | undefined {
  const node = findNode(document, after)
  const isEmptyLoop = node !== undefined && holdsSteps(node.type) && !document.nodes.some(({ parent }) => parent === node.id)
  return isEmptyLoop ? node.id : node?.parent
}

function rewritten(params: FlowNode['params'], rename: (text: string) => string): FlowNode['params'] {
  const rewrite = (part: Json): Json => {
    if (typeof part === 'string') return part.includes('{{') ? rename(part) : part
    if (Array.isArray(part)) return part.map(rewrite)
    return isJsonObject(part) ? rewritten(part, rename) : part
  }
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, rewrite(value)]))
}

function withoutConnection(node: FlowNode): FlowNode {
  const copy = { ...node }
  delete copy.connection
  return copy
}

interface Wiring {
  add: FlowEdge[]
  remove: ReadonlySet<string>
}

/** Fits a chain with one beginning behind a step, in the line that leaves it. */
function wiringAfter({ document, catalog }: EditorState, added: Flow, after: string | undefined): Wiring {
  const none: Wiring = { add: [], remove: new Set() }
  const from = findNode(document, after)
  const whole = new Set(added.nodes.map((node) => node.id))
  const isOutermost = (node: FlowNode) => node.parent === undefined || !whole.has(node.parent)
  const exit = from === undefined ? undefined : mainExit(from, catalog)
  const beginnings = added.nodes.filter(
    (node) => isOutermost(node) && incomingOf(added, node.id).length === 0 && catalog.get(node.type)?.role !== 'note',
  )
  const ends = added.nodes.filter(
    (node) => isOutermost(node) && outgoingOf(added, node.id).length === 0 && catalog.get(node.type)?.role !== 'note',
  )
  const [first] = beginnings
  const [last] = ends
  if (
    from === undefined ||
    exit === undefined ||
    first === undefined ||
    first.parent !== from.parent ||
    beginnings.length > 1 ||
    isTrigger(first, catalog)
  )
    return none
  const next = outgoingOf(document, from.id).filter((edge) => handleOf(edge) === exit)
  const lastExit = last === undefined || ends.length > 1 ? undefined : mainExit(last, catalog)
  if (next.length > 0 && (last === undefined || lastExit === undefined)) return none
  return {
    add: [
      edgeFrom(from.id, exit, first.id),
      ...(last === undefined || lastExit === undefined ? [] : next.map((edge) => edgeFrom(last.id, lastExit, edge.target))),
    ],
    remove: new Set(next.map(edgeKey)),
  }
}
