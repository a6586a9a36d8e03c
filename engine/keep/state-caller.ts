/** Who asks for a flow's state: a step of a run in the hands of this worker. */
export interface StateCaller {
  workspaceId: string
  flowId: string
  runId: string
  epoch: number
  path: string
}

/** Who does something once: a call within an attempt of a step. */
export interface OnceCaller extends StateCaller {
  /** As the journal counts attempts. */
  attempt: number
  /** Names the call within the step, the same in every attempt. */
  call: string
}
