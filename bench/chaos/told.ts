/** What a client asked for and what it was told. `status` 0: it got no answer, and what became of it is unknown. */
export interface Told {
  what: 'start' | 'resume' | 'signal' | 'event' | 'approve' | 'cancel' | 'retry' | 'replay' | 'other'
  /** Names the driven run on the client's side; it is in the trigger's body. */
  tag: string
  kind: string
  status: number
  sentAt: number
  at: number
  door: string
  /** The run it is about, as asked or as answered. */
  runId: string | undefined
  /** The run a replay made. */
  made?: string | undefined
  /** The idempotency key of a start, the id of an event or signal. */
  key: string | undefined
  /** What was sent along: tells the calls to one wait apart. */
  sent: string
  /** The body of the answer. */
  text: string
}
