import type { FlowDetail } from '#shared/api.ts'
import type { Flow } from '#shared/flow.ts'
import { hasOwnAddress } from '#shared/own-address.ts'

/** The document with the addresses the server gave to starts that had none when they were saved. */
export function withAssignedPaths(flow: Flow, endpoints: FlowDetail['endpoints']): Flow {
  const paths = new Map(endpoints.map(({ nodeId, url }) => [nodeId, pathIn(url)]))
  const isWithout = (node: Flow['nodes'][number]) =>
    hasOwnAddress(node.type) && node.params['path'] === undefined && paths.has(node.id)
  if (!flow.nodes.some(isWithout)) return flow
  return {
    ...flow,
    nodes: flow.nodes.map((node) =>
      isWithout(node) ? { ...node, params: { ...node.params, path: paths.get(node.id) ?? '' } } : node,
    ),
  }
}

/** The part of an address that is the step's own: the end of a web address, what stands before the @ of an e-mail one. */
function pathIn(url: string): string {
  return url.startsWith('mailto:') ? (url.slice('mailto:'.length).split('@')[0] ?? '') : (url.split('/').at(-1) ?? '')
}
