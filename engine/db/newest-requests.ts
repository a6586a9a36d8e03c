import { requestStates, type RequestState } from '#shared/request-states.ts'

interface Wanted {
  state: RequestState | undefined
  /** What each must be besides, with `r.` in front of its columns. */
  and?: string
  /** How many of them, as SQL. */
  limit: string | number
}

/** The newest requests of a flow as a table to select from. `$1` is the workspace, `$2` the flow. */
export function newestRequests({ state, and = '', limit }: Wanted): string {
  // As many of each state as an index gives at once; of these the newest. No others are read, however rare one state is.
  const parts = (state === undefined ? requestStates : [state]).map(
    (one) =>
      `(select r.* from engine.requests r where r.workspace_id = $1 and r.flow_id = $2 and r.state = '${one}' ${and}
        order by r.id desc limit ${limit})`,
  )
  return parts.length === 1
    ? parts.join('')
    : `(select * from (${parts.join(' union all ')}) as each_state order by id desc limit ${limit})`
}
