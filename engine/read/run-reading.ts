import { withoutApprovalLink } from '#shared/run.ts'
import type { Database } from '../db/database.ts'
import type { Engine } from '../engine-api.ts'
import { readFlowState, readRunState } from '../keep/read-state.ts'
import { pageOfLogs, pageOfRuns } from './pages.ts'
import {
  readRun,
  readSteps,
  readStepsSummary,
  type Reader,
  runFromExact,
  stepFromExact,
  textFromExactRun,
  textFromExactSteps,
} from './read-run.ts'

export type RunReading = Pick<
  Engine,
  | 'getRun'
  | 'getRunText'
  | 'listRuns'
  | 'listSteps'
  | 'listStepsText'
  | 'summarizeSteps'
  | 'listLogs'
  | 'getFlowStateText'
  | 'getRunStateText'
>

/** What can be read of runs, and of what they leave behind. */
export function createRunReading(reader: Reader, database: Database, now: () => number): RunReading {
  return {
    async getRun(workspaceId, runId) {
      const run = await readRun(reader, workspaceId, runId)
      return run && runFromExact(run)
    },
    async getRunText(workspaceId, runId, { approvalLinks } = { approvalLinks: true }) {
      const run = await readRun(reader, workspaceId, runId)
      return run && textFromExactRun(approvalLinks ? run : { ...run, waits: run.waits.map(withoutApprovalLink) })
    },
    listRuns: (filter) => pageOfRuns(database, filter, now()),
    async listSteps(workspaceId, runId, page) {
      const { items, nextCursor } = await readSteps(reader, workspaceId, runId, page)
      return { items: items.map(stepFromExact), nextCursor }
    },
    async listStepsText(workspaceId, runId, page) {
      return textFromExactSteps(await readSteps(reader, workspaceId, runId, page))
    },
    summarizeSteps: (workspaceId, runId) => readStepsSummary(reader, workspaceId, runId),
    listLogs: (workspaceId, runId, page) => pageOfLogs(database, workspaceId, runId, page),
    getFlowStateText: (workspaceId, flowId, page) => readFlowState(database, workspaceId, flowId, page),
    getRunStateText: (workspaceId, runId) => readRunState(database, workspaceId, runId),
  }
}
