import type { JsonText } from '../json.ts'
import type { ExpressionScope } from './scope.ts'

/** What expressions see before there is a run: what it would start with, and the time (`now`, milliseconds since 1970). */
export function triggerScope(trigger: JsonText, now: number): ExpressionScope {
  return {
    root: (name) => (name === 'trigger' ? trigger : undefined),
    step: () => undefined,
    run: {
      id: '',
      flowId: '',
      version: 'draft',
      startedAt: new Date(now).toISOString(),
      resumeUrl: () => '',
      approvalUrl: () => '',
    },
    now,
  }
}
