import type { PoolClient } from 'pg'
import type { JsonText } from '#shared/json.ts'
import type { Admission } from '../control/admit-starts.ts'
import type { StartRun } from '../engine-api.ts'
import type { PreparedStart } from '../run/prepare-start.ts'
import type { PlanIndex } from '../state/plan-index.ts'

/** What it takes to start runs in a transaction of one's own, with whatever else stands or falls with them. */
export interface StartPorts {
  indexOf(planHash: string): Promise<PlanIndex>
  findVars(workspaceId: string): Promise<JsonText | undefined>
  prepare(start: StartRun, index: PlanIndex): PreparedStart
  /** Decides and writes starts in this transaction. */
  admit(client: PoolClient, starts: readonly PreparedStart[]): Promise<Admission>
  /** That transaction is committed. */
  onAdmitted(starts: readonly PreparedStart[], admission: Admission): void
}
