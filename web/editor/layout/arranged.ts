import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import { codeStepsOf } from '../code-steps-of.ts'
import { isTidy, tidied } from './tidy.ts'
import { withRoom } from './with-room.ts'

/**
 * A flow that is opened, with no step on another. Programs that write flows need not think of positions, nor of the
 * steps inside of code that make its card higher. What was tidy but for those is tidy again.
 */
export function arranged(flow: Flow, catalog: Catalog): Flow {
  const spread = tidied(flow, catalog, 'whenPiled')
  const higher = new Set(spread.nodes.filter((node) => codeStepsOf(node).length > 0).map(({ id }) => id))
  if (spread !== flow || higher.size === 0 || isTidy(flow, catalog)) return spread
  const plain = flow.nodes.map((node) => (higher.has(node.id) ? { ...node, params: {} } : node))
  return isTidy({ ...flow, nodes: plain }, catalog) ? tidied(flow, catalog) : withRoom(flow, higher)
}
