/** What is known of a run beside its journal, and never changes while one worker holds it. */
export interface RunFacts {
  workspaceId: string
  runId: string
  epoch: number
  flowId: string
  version: number | null
  planHash: string
  requestId: string | null
  /** The queue it stands in whenever it wants to be running. */
  lane: { lane: string; slots: string | null } | null
  /** Engine time at which it was made, and at which its work began. */
  createdAt: number
  startedAt: number
}
