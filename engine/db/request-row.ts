/** A request as lists show it. */
export interface ShownRequest {
  id: string
  flowId: string
  state: 'started' | 'kept' | 'rejected'
  reason: string | null
  runId: string | null
  method: string
  path: string
  remote: string
  sizeBytes: number
  receivedAt: number
  /** Somebody asked for it to be sent through. */
  sending: boolean
  /** It was kept first, whatever became of it. */
  wasKept: boolean
  /** What was sent, unless that is long. */
  trigger: string | null
}

/** Longer ones are read one at a time only: a page would be hundreds of megabytes. */
const mostShown = 16 * 1024

const common = `r.id, r.flow_id as "flowId", r.state, r.reason, r.run_id as "runId", r.method, r.path, r.remote,
  r.size_bytes as "sizeBytes", (extract(epoch from r.received_at) * 1000)::float8 as "receivedAt", r.sending,
  r.words is not null as "wasKept"`

export const shortColumns = `${common}, case when r.size_bytes <= ${mostShown} then r.trigger end as trigger`
export const wholeColumns = `${common}, r.trigger`
