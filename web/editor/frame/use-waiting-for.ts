import { isTrigger } from '../exits.ts'
import { useEditor } from '../store.ts'

/** What the live flow waits for; undefined while nothing of it is live. */
export function useWaitingFor(): string | undefined {
  return useEditor(({ flow, live, catalog }) => {
    if (flow.publishedVersion === null || !flow.enabled || live === undefined) return undefined
    return live.nodes.some((node) => isTrigger(node, catalog) && node.type === 'webhook') ? 'Waiting for requests' : undefined
  })
}
