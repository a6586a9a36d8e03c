import { createHash } from 'node:crypto'
import { canonicalJson } from '#shared/canonical-json.ts'
import type { Flow } from '#shared/flow.ts'

/** The same for two documents that differ only in what the canvas and people see of them, so publishing would change nothing. */
export function contentHash(flow: Flow): string {
  const nodes = flow.nodes
    .filter((node) => node.type !== 'note')
    .map(({ position: _position, size: _size, note: _note, ...rest }) => rest)
  return createHash('sha256')
    .update(canonicalJson({ nodes, edges: flow.edges, settings: flow.settings }))
    .digest('base64url')
}
