import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import { isNote } from './measures.ts'
import { layoutLanes } from './lanes.ts'

/** The flow with its steps in their tidy places; `whenPiled` moves them only if some lie exactly on each other. */
export function tidied(flow: Flow, catalog: Catalog, when: 'always' | 'whenPiled' = 'always'): Flow {
  if (when === 'whenPiled' && !isPiled(flow, catalog)) return flow
  const places = layoutLanes(flow, catalog)
  const nodes = flow.nodes.map((node) => {
    const place = places.get(node.id)
    return place === undefined || (place.x === node.position.x && place.y === node.position.y)
      ? node
      : { ...node, position: place }
  })
  return nodes.every((node, index) => node === flow.nodes[index]) ? flow : { ...flow, nodes }
}

/** Whether every step already stands in its tidy place, which is how it is known that the flow is kept tidy. */
export function isTidy(flow: Flow, catalog: Catalog): boolean {
  return tidied(flow, catalog) === flow
}

/** A program that writes flows need not think of positions: then all steps lie on one spot. */
function isPiled(flow: Flow, catalog: Catalog): boolean {
  const steps = flow.nodes.filter((node) => !isNote(node, catalog))
  return new Set(steps.map(({ position, parent }) => `${parent ?? ''} ${position.x} ${position.y}`)).size < steps.length
}
