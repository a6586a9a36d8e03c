import type { FlowNode } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import { isHole, segmentsOf } from './template/template-segments.ts'

/** The ids that the text of a step's set-up names as `steps.<id>`, in fields and in code alike. */
export function stepsReadBy(node: Pick<FlowNode, 'params' | 'settings'>): string[] {
  const found = new Set<string>()
  collect({ ...node.params, runIf: node.settings.runIf ?? null }, found)
  return [...found]
}

function collect(value: Json, found: Set<string>): void {
  if (typeof value === 'string') {
    for (const id of value.matchAll(/\bsteps\.([A-Za-z_]\w*)/g)) if (id[1] !== undefined) found.add(id[1])
    for (const segment of segmentsOf(value))
      if (isHole(segment) && segment.kind === 'pill' && segment.path.step !== undefined) found.add(segment.path.step)
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, found)
  }
}
