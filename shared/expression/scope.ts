import type { JsonText } from '../json.ts'

/** What `{{ }}` holes can see, as the decision to run a step fixed it. All data is JSON text, parsed when named. */
export interface ExpressionScope {
  /** The text of `trigger`, `vars`, `item`, `index`, `previous` or `loops`; undefined where there is none. */
  root(name: 'trigger' | 'vars' | 'item' | 'index' | 'previous' | 'loops'): JsonText | undefined
  /** A step's output; undefined when it has not run, or not yet on this side of the decision. */
  step(id: string): JsonText | undefined
  run: {
    id: string
    flowId: string
    version: number | 'draft'
    startedAt: string
    resumeUrl(nodeId: string): string
    approvalUrl(nodeId: string): string
  }
  /** The instant of the decision, milliseconds since 1970. */
  now: number
}
