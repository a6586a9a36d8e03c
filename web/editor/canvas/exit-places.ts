import type { FlowNode } from '#shared/flow.ts'
import { errorHandle } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { exitsOf } from '../exits.ts'

/** Where on the lower edge of its card an exit is, from the left. */
export function exitX(node: FlowNode, handle: string, catalog: Catalog, width: number): number {
  const exits = lowerExits(node, catalog)
  const index = Math.max(0, exits.indexOf(handle))
  return Math.round((width * (2 * index + 1)) / (2 * Math.max(1, exits.length)))
}

/** The exits on the lower edge: all but the one taken after a failure, which is at the side. */
export function lowerExits(node: FlowNode, catalog: Catalog): string[] {
  return exitsOf(node, catalog).filter((handle) => handle !== errorHandle)
}
