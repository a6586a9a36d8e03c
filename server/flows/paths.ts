import { randomBytes } from 'node:crypto'
import type { Flow, FlowNode } from '#shared/flow.ts'
import type { HeldPath } from '../db/hold-draft-paths.ts'

/** What the end of a trigger's address looks like. */
export const pathPattern = /^[A-Za-z0-9_-]{1,128}$/

function kindOf(node: { type: string }): HeldPath['kind'] | undefined {
  return node.type === 'webhook' || node.type === 'form' ? node.type : undefined
}

function isMissing(node: FlowNode): boolean {
  return kindOf(node) !== undefined && (node.params['path'] === undefined || node.params['path'] === '')
}

/**
 * Gives every trigger that listens and names no path one of its own: what it had in the draft before, else a random
 * one nobody can guess.
 */
export function assignPaths(flow: Flow, before: Flow | undefined): Flow {
  if (!flow.nodes.some(isMissing)) return flow
  const previous = new Map(
    before?.nodes.filter((node) => kindOf(node) !== undefined).map((node) => [node.id, node.params['path']]),
  )
  const nodes = flow.nodes.map((node) => {
    if (!isMissing(node)) return node
    const had = previous.get(node.id)
    const path = typeof had === 'string' && pathPattern.test(had) ? had : randomBytes(16).toString('base64url')
    return { ...node, params: { ...node.params, path } }
  })
  return { ...flow, nodes }
}

/** The paths a flow's triggers listen on, the first trigger of each; of a draft or of a plan. */
export function pathsOf(triggers: readonly { id: string; type: string; params: { [name: string]: unknown } }[]): HeldPath[] {
  const paths = new Map<string, HeldPath>()
  for (const trigger of triggers) {
    const kind = kindOf(trigger)
    const { path } = trigger.params
    if (kind !== undefined && typeof path === 'string' && pathPattern.test(path) && !paths.has(path))
      paths.set(path, { path, kind, nodeId: trigger.id })
  }
  return [...paths.values()]
}

/** Where the triggers of a draft can be reached. */
export function endpointsOf(flow: Flow, hooksUrl: string): { nodeId: string; kind: 'webhook' | 'form'; url: string }[] {
  return pathsOf(flow.nodes).map(({ path, kind, nodeId }) => ({
    nodeId,
    kind,
    url: `${hooksUrl}/${kind === 'webhook' ? 'hooks' : 'forms'}/${path}`,
  }))
}
