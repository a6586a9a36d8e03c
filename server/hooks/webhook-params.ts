import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isAppError } from '#shared/errors.ts'
import { evaluateCondition, renderTemplate } from '#shared/expression/template.ts'
import { triggerScope } from '#shared/expression/trigger-scope.ts'
import type { JsonText } from '#shared/json.ts'
import { WebhookVerify } from '#shared/webhook-verify.ts'
import { deliveryKeyOf, idempotencyKeyOf, keyAt, mailKeyOf } from './delivery-key.ts'

const Params = z.object({
  respond: z.enum(['immediately', 'whenFinished', 'respondStep']).default('immediately'),
  respondTimeoutMs: z
    .number()
    .positive()
    .max(2 ** 31 - 1)
    .default(30_000),
  onlyIf: z.union([z.boolean(), z.string()]).optional(),
  verify: WebhookVerify.nullish(),
  dedupe: z.object({ key: z.string().optional(), windowHours: z.number().positive().default(168) }).nullish(),
})

const hourMs = 3_600_000
const weekHours = 168

/** What a published trigger that takes requests asks for, a webhook's or an e-mail's, read once for all of them. */
export interface WebhookParams {
  respond: 'immediately' | 'whenFinished' | 'respondStep'
  respondTimeoutMs: number
  /** Why a request starts nothing; undefined when it starts a run. */
  reasonNotToStart: (trigger: JsonText, now: Date) => 'only_if' | 'only_if_failed' | undefined
  /** What makes a request to this path the same as one that came before; undefined when nothing does. */
  keyOf: (path: string, trigger: JsonText, now: Date) => string | undefined
  /** For how long it does. */
  keyForMs: number
}

export function webhookParams(params: { [name: string]: unknown }): WebhookParams {
  const { respond, respondTimeoutMs, onlyIf, verify, dedupe } = Params.parse(params)
  return {
    respond,
    respondTimeoutMs,
    reasonNotToStart(trigger, now) {
      if (onlyIf === undefined) return undefined
      try {
        return evaluateCondition(onlyIf, triggerScope(trigger, now.getTime())) ? undefined : 'only_if'
      } catch (error) {
        // The condition can't be told of this request: it is kept, for somebody to look at and send through.
        if (isAppError(error)) return 'only_if_failed'
        throw error
      }
    },
    keyOf(path, trigger, now) {
      const key =
        chosenKey(dedupe?.key, trigger, now) ??
        mailKeyOf(trigger) ??
        idempotencyKeyOf(trigger) ??
        deliveryKeyOf(verify?.preset, trigger)
      return key === undefined ? undefined : keyAt(path, key)
    },
    keyForMs: (dedupe?.windowHours ?? weekHours) * hourMs,
  }
}

/** What the flow's author says is the same. Where it can't be told, or is nothing, what else is known of it decides. */
function chosenKey(template: string | undefined, trigger: JsonText, now: Date): string | undefined {
  if (template === undefined || template.trim() === '') return undefined
  try {
    const value = renderTemplate(template, triggerScope(trigger, now.getTime()))
    if (value === 'null' || value === '""') return undefined
    // As long as any key may be, however much it was made of.
    return `dedupe:${createHash('sha256').update(value).digest('base64url')}`
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
