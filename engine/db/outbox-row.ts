/** What is to be done because of an event of a run, kept until it is done. */
export interface OutboxRow {
  /** The event it follows from. */
  seq: number
  /** `child`: tell the run that called of this one's end. `cancel`: cancel a run this one started. `failed`: start what deals with failures. */
  kind: 'child' | 'cancel' | 'failed'
  /** The run it is for; '' when that is to be found out. */
  target: string
  /** The step of that run. */
  path: string
  body: string | null
}

/** The same, with the run that wrote it. */
export interface StoredOutboxRow extends OutboxRow {
  workspaceId: string
  runId: string
}
