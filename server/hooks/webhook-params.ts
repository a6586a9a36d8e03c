import { z } from 'zod'
import { isAppError } from '#shared/errors.ts'
import { evaluateCondition } from '#shared/expression/template.ts'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import type { JsonText } from '#shared/json.ts'

const Params = z.object({
  methods: z.array(z.string()).nonempty().optional(),
  respond: z.enum(['immediately', 'whenFinished', 'respondStep']).default('immediately'),
  respondTimeoutMs: z
    .number()
    .positive()
    .max(2 ** 31 - 1)
    .default(30_000),
  onlyIf: z.union([z.boolean(), z.string()]).optional(),
})

/** What a published webhook trigger asks for, read once for all its requests. */
export interface WebhookParams {
  methods: readonly string[] | undefined
  respond: 'immediately' | 'whenFinished' | 'respondStep'
  respondTimeoutMs: number
  /** Why a request starts nothing; undefined when it starts a run. */
  reasonNotToStart: (trigger: JsonText, now: Date) => 'only_if' | 'only_if_failed' | undefined
}

export function webhookParams(params: { [name: string]: unknown }): WebhookParams {
  const { methods, respond, respondTimeoutMs, onlyIf } = Params.parse(params)
  return {
    methods,
    respond,
    respondTimeoutMs,
    reasonNotToStart(trigger, now) {
      if (onlyIf === undefined) return undefined
      try {
        return evaluateCondition(onlyIf, scopeOf(trigger, now)) ? undefined : 'only_if'
      } catch (error) {
        // The condition can't be told of this request: it is kept, for somebody to look at and send through.
        if (isAppError(error)) return 'only_if_failed'
        throw error
      }
    },
  }
}

/** Before there is a run, a condition sees the request and the time. */
function scopeOf(trigger: JsonText, now: Date): ExpressionScope {
  return {
    root: (name) => (name === 'trigger' ? trigger : undefined),
    step: () => undefined,
    run: { id: '', flowId: '', version: 'draft', startedAt: now.toISOString(), resumeUrl: () => '', approvalUrl: () => '' },
    now: now.getTime(),
  }
}
