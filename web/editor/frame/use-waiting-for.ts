import { isTrigger } from '../exits.ts'
import { useEditor } from '../store.ts'

/** What the live flow waits for; undefined while nothing of it is live. */
export function useWaitingFor(canLook: boolean): string | undefined {
  return useEditor(({ flow, live, catalog }) => {
    if (flow.publishedVersion === null || !flow.enabled || live === undefined) return undefined
    if (flow.paused) return 'Paused: what comes in is kept'
    const starts = new Set(live.nodes.filter((node) => isTrigger(node, catalog)).map(({ type }) => type))
    if (starts.has('webhook')) return 'Waiting for requests'
    if (canLook && live.nodes.some(({ type }) => starts.has(type) && catalog.get(type)?.polls)) return 'Looking for new items'
    if (starts.has('email')) return 'Waiting for e-mail'
    return starts.has('form') ? 'Waiting for answers' : starts.has('schedule') ? 'Waiting for its time' : undefined
  })
}
