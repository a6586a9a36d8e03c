import type { Flow } from '#shared/flow.ts'
import { indexOf } from './document-index.ts'
import type { StepProgress } from './state.ts'

/** What is known of tests once the document changed: a result is kept, but said to be old when its step's set-up is another now. */
export function outdated(steps: ReadonlyMap<string, StepProgress>, before: Flow, after: Flow): ReadonlyMap<string, StepProgress> {
  const old = indexOf(before).nodes
  const now = indexOf(after).nodes
  const changed = [...steps].filter(([id, { state }]) => {
    const node = now.get(id)
    return (
      (state === 'worked' || state === 'failed') &&
      node !== undefined &&
      (node.params !== old.get(id)?.params || node.type !== old.get(id)?.type)
    )
  })
  if (changed.length === 0) return steps
  const next = new Map(steps)
  for (const [id, { inside: _old, ...progress }] of changed) {
    next.set(id, { ...progress, state: 'stale', line3: 'May be out of date' })
  }
  return next
}
