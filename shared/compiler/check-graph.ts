import type { FlowEdge } from '../flow.ts'
import { edgeKey, handleOf, nameOf } from '../flow-names.ts'
import { errorHandle, findCycle, holdsSteps } from '../graph.ts'
import type { Drawing } from './drawing.ts'

/** More circles than this are not told one by one: mending the first ones mends most others. */
const mostCycles = 20

/** Nodes and lines: unknown, twice, in a circle, across a wall, not to be reached. */
export function checkGraph(drawing: Drawing): void {
  checkNodes(drawing)
  const seen = new Set<string>()
  for (const edge of drawing.flow.edges) checkEdge(drawing, edge, seen)
  checkCycles(drawing)
  checkReach(drawing)
}

function checkNodes(drawing: Drawing): void {
  const seen = new Set<string>()
  for (const node of drawing.flow.nodes) {
    const where = { nodeId: node.id }
    if (seen.has(node.id))
      drawing.error('duplicate_id', `Two steps have the id "${node.id}". Give one of them another id.`, where)
    seen.add(node.id)
    if (!drawing.typeOf(node)) {
      drawing.error(
        'unknown_type',
        `"${nameOf(node)}" is a step of the kind "${node.type}", which is not available here. Replace or remove it.`,
        where,
      )
    }
    if (node.parent === undefined) continue
    const parent = drawing.nodes.get(node.parent)
    if (!parent) {
      drawing.error('unknown_reference', `"${nameOf(node)}" is inside "${node.parent}", which isn't there. Move it out.`, {
        ...where,
        param: 'parent',
      })
    } else if (!holdsSteps(parent.type)) {
      drawing.error(
        'unknown_reference',
        `"${nameOf(node)}" is inside "${nameOf(parent)}", which can't hold other steps. Move it out.`,
        { ...where, param: 'parent' },
      )
    }
    if (drawing.typeOf(node)?.role === 'trigger') {
      drawing.error(
        'edge_across_loop',
        `"${nameOf(node)}" starts the flow, so it can't be inside a Repeat step. Move it out.`,
        where,
      )
    }
  }
}

function checkEdge(drawing: Drawing, edge: FlowEdge, seen: Set<string>): void {
  const key = edgeKey(edge)
  const where = { edge: key, nodeId: edge.source }
  const source = drawing.nodes.get(edge.source)
  const target = drawing.nodes.get(edge.target)
  if (!source || !target) {
    const missing = source ? edge.target : edge.source
    drawing.error(
      'unknown_edge_end',
      `A line leads ${source ? 'to' : 'from'} "${missing}", which isn't there. Remove the line.`,
      { edge: key, ...(source && { nodeId: edge.source }) },
    )
    return
  }
  if (seen.has(key))
    drawing.error(
      'duplicate_edge',
      `Two lines lead the same way from "${nameOf(source)}" to "${nameOf(target)}". Remove one.`,
      where,
    )
  seen.add(key)

  const from = drawing.typeOf(source)
  const to = drawing.typeOf(target)
  if (from?.role === 'note' || to?.role === 'note') {
    drawing.error('unknown_edge_end', 'A note is only there to be read: no line can start or end at it. Remove the line.', where)
    return
  }
  if (to?.role === 'trigger') {
    drawing.error(
      'edge_into_trigger',
      `A line leads into "${nameOf(target)}", but that is where a run starts. Remove the line.`,
      where,
    )
  }
  if (source.parent !== target.parent) {
    const inside = source.parent === undefined ? target : source
    const message = `The line from "${nameOf(source)}" to "${nameOf(target)}" crosses the wall of the Repeat step "${drawing.name(inside.parent ?? '')}". Draw it from or to the Repeat step itself.`
    drawing.error('edge_across_loop', message, where)
  }
  if (!from) return
  const handle = handleOf(edge)
  if (drawing.hasExit(source, from, handle)) return
  if (handle === errorHandle && from.role === 'step') {
    const message = `A line shows where to go if "${nameOf(source)}" fails, but its option "If it fails" says something else. Set it to "Go another way", or remove the line.`
    drawing.error('error_line_without_route', message, where)
  } else if (from.handles.length === 0) {
    drawing.error('unknown_handle', `"${nameOf(source)}" ends the run, so nothing can follow it. Remove the line.`, where)
  } else {
    drawing.error(
      'unknown_handle',
      `A line leaves "${nameOf(source)}" by "${handle}", a way out it doesn't have. Draw the line again.`,
      where,
    )
  }
}

function checkCycles(drawing: Drawing): void {
  let { edges } = drawing.flow
  for (let found = 0; found < mostCycles; found++) {
    const cycle = findCycle({ nodes: drawing.flow.nodes, edges })
    const [first] = cycle ?? []
    const last = cycle?.at(-1)
    if (cycle === undefined || first === undefined || last === undefined) return
    const names = cycle.length > 6 ? [...cycle.slice(0, 3), '…', ...cycle.slice(-2)] : cycle
    const trail = [...names, first].map((id) => (id === '…' ? id : `"${drawing.name(id)}"`)).join(' → ')
    const closing = edges.find((edge) => edge.source === last && edge.target === first)
    drawing.error(
      'cycle',
      `These steps lead round in a circle: ${trail}. Remove one of the lines; to do something again, use a Repeat step.`,
      {
        nodeId: first,
        ...(closing && { edge: edgeKey(closing) }),
      },
    )
    if (!closing) return
    edges = edges.filter((edge) => edge.source !== last || edge.target !== first)
  }
}

function checkReach(drawing: Drawing): void {
  const { nodes } = drawing.flow
  const triggers = nodes.filter((node) => drawing.typeOf(node)?.role === 'trigger')
  if (triggers.length === 0) {
    drawing.error('no_trigger', 'Nothing starts this flow. Add a start, such as a web request or one you press by hand.')
    return
  }
  if (triggers.every((node) => node.settings.disabled)) {
    drawing.error('no_trigger', 'Every start of this flow is turned off. Turn one on.', { nodeId: triggers[0]?.id ?? '' })
  }
  const reached = new Set<string>()
  const open = triggers.map((node) => node.id)
  const inside = new Map<string, string[]>()
  for (const node of nodes) {
    if (node.parent === undefined || drawing.linesInto(node.id).length > 0) continue
    inside.set(node.parent, [...(inside.get(node.parent) ?? []), node.id])
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    open.push(...drawing.linesFrom(id).map((edge) => edge.target), ...(inside.get(id) ?? []))
  }
  for (const node of nodes) {
    if (reached.has(node.id) || drawing.typeOf(node)?.role === 'note') continue
    drawing.error('unreachable', `No line leads to "${nameOf(node)}", so it would never run. Draw a line to it, or remove it.`, {
      nodeId: node.id,
    })
  }
}
