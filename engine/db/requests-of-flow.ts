import { requestStates, type RequestState } from '#shared/inbox-request.ts'

/**
 * The requests of a flow as a table to select from, in any order the index of one state has: `and` says what each must
 * be besides, with `r.` in front of its columns. `$1` is the workspace, `$2` the flow.
 */
export function requestsOfFlow(states: readonly RequestState[] = requestStates, and = ''): string {
  // Each state by itself, so that the newest of all are merged from what an index gives in their order.
  const parts = states.map(
    (state) => `select r.* from engine.requests r where r.workspace_id = $1 and r.flow_id = $2 and r.state = '${state}' ${and}`,
  )
  return `(${parts.join(' union all ')})`
}
