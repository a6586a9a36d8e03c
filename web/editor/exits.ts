import type { Flow, FlowNode } from '#shared/flow.ts'
import { defaultHandle } from '#shared/flow-names.ts'
import { errorHandle, handleLabel, handlesOf } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'
import { findNode } from './document-index.ts'

/** The handles a line can leave a step by, in the order they are drawn. */
export function exitsOf(node: FlowNode, catalog: Catalog): string[] {
  const type = catalog.get(node.type)
  return type === undefined ? [defaultHandle] : handlesOf(node, type)
}

/** The exit that simply means "go on"; undefined for a step nothing can follow. */
export function mainExit(node: FlowNode, catalog: Catalog): string | undefined {
  return exitsOf(node, catalog).find((handle) => handle !== errorHandle)
}

export function mainExitOf(flow: Flow, id: string, catalog: Catalog): string | undefined {
  const node = findNode(flow, id)
  return node === undefined ? undefined : mainExit(node, catalog)
}

/** What is written where a line leaves; empty when the step has but one plain way on. */
export function exitLabel(node: FlowNode, handle: string): string {
  return handle === defaultHandle ? '' : handleLabel(node, handle)
}

export function isTrigger(node: FlowNode, catalog: Catalog): boolean {
  return catalog.get(node.type)?.role === 'trigger'
}

/** Whether the exit starts one lane of several: such a lane has one line at most. */
export function isLane(node: FlowNode, handle: string, catalog: Catalog): boolean {
  return handle !== errorHandle && exitsOf(node, catalog).filter((exit) => exit !== errorHandle).length > 1
}
