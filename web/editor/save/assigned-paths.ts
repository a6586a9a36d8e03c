import type { FlowDetail } from '#shared/api.ts'
import type { Flow } from '#shared/flow.ts'

/** The document with the addresses the server gave to web requests and forms that had none when they were saved. */
export function withAssignedPaths(flow: Flow, endpoints: FlowDetail['endpoints']): Flow {
  const paths = new Map(endpoints.map(({ nodeId, url }) => [nodeId, url.split('/').at(-1) ?? '']))
  const isWithout = (node: Flow['nodes'][number]) =>
    (node.type === 'webhook' || node.type === 'form') && node.params['path'] === undefined && paths.has(node.id)
  if (!flow.nodes.some(isWithout)) return flow
  return {
    ...flow,
    nodes: flow.nodes.map((node) =>
      isWithout(node) ? { ...node, params: { ...node.params, path: paths.get(node.id) ?? '' } } : node,
    ),
  }
}
