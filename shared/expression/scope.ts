import type { JsonText } from '../json.ts'
import type { RootName } from './ast.ts'
import type { ScopeData } from './scope-data.ts'

/** What `{{ }}` holes can see, as the decision to run a step fixed it. All data is JSON text, parsed when named. */
export interface ExpressionScope {
  /**
   * The text of a root; undefined where there is none. `results` is what a loop has gathered so far, in its `until`;
   * `event` is the data of an event, in the `match` of a wait for one.
   */
  root(name: Exclude<RootName, 'run' | 'now'>): JsonText | undefined
  /** A step's output; undefined when it has not run, or not yet on this side of the decision. */
  step(id: string): JsonText | undefined
  run: {
    id: string
    flowId: string
    version: number | 'draft'
    startedAt: string
    resumeUrl(nodeId: string): string
    /** With an approver the link is theirs alone. */
    approvalUrl(nodeId: string, approver?: string): string
  }
  /** The instant of the decision, milliseconds since 1970. */
  now: number
  /** What was read of it so far, kept by whoever reads. */
  data?: ScopeData
}
