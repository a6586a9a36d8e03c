import { idFrom } from '#shared/ids.ts'
import type { RequestState } from '#shared/request-states.ts'

export interface RequestFilter {
  workspaceId: string
  flowId: string
  state?: RequestState
  q?: string
  /** They came at this time or later … */
  from?: string
  /** … and before that one. */
  to?: string
  limit: number
  cursor?: string
}

/** Between which ids requests lie that came in that time. */
export function idsOf({ from, to }: Pick<RequestFilter, 'from' | 'to'>): { first?: string; before?: string } {
  const idAt = (time: string) => idFrom('request', Math.max(0, Date.parse(time)), new Uint8Array(10))
  return { ...(from === undefined ? {} : { first: idAt(from) }), ...(to === undefined ? {} : { before: idAt(to) }) }
}
