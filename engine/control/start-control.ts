import { createHash } from 'node:crypto'
import { durationMs } from '#shared/duration.ts'
import type { FlowSettings } from '#shared/flow.ts'
import { periodMs } from '#shared/period.ts'

/** The queue a run waits in until it may be running. */
export interface Queue {
  lane: string
  /** Those who share these slots: at most `slotLimit` of them are running. */
  slots: string | null
  slotLimit: number | null
  /** Those who share this throttle start one after the other. */
  throttle: string | null
}

/** What decides at the start whether, when and together with what there is a run. */
export type Gate =
  | { kind: 'rateLimit'; key: string; limit: number; perMs: number }
  | { kind: 'debounce'; key: string; forMs: number; edge: 'trailing' | 'leading'; maxWaitMs: number | undefined }
  | { kind: 'batch'; key: string; size: number; forMs: number }
  | { kind: 'singleton'; key: string; onDuplicate: 'skip' | 'cancelOld' }
  | { kind: 'slots'; key: string; limit: number; onLimit: 'drop' | 'cancelOldest' }

export interface StartControl {
  queue: Queue | null
  gates: readonly Gate[]
  startWithinMs: number | undefined
}

/** Whether a start of a flow with these settings has to ask anybody. */
export function isControlled(settings: FlowSettings): boolean {
  const { concurrency, throttle, rateLimit, debounce, batch, singleton, startWithin } = settings
  return [concurrency, throttle, rateLimit, debounce, batch, singleton, startWithin].some((one) => one !== undefined)
}

/**
 * What a flow's settings mean for one start. `valueOf` works out a key; it throws for one that can't be. Starts of the
 * draft share the slots but nothing else, so that a test neither uses up what the live version may, nor cancels its runs.
 */
export function controlOf(settings: FlowSettings, valueOf: (key: string) => string, isDraft: boolean): StartControl {
  const { concurrency, throttle, rateLimit, debounce, batch, singleton, startWithin } = settings
  const keyOf = (kind: string, { key }: { key?: string | undefined }) =>
    createHash('sha256')
      .update(`${kind}\0${isDraft && kind !== 'slots' ? 'draft' : 'live'}\0${key === undefined ? '' : valueOf(key)}`)
      .digest('base64url')
      .slice(0, 22)

  const gates: Gate[] = []
  if (rateLimit) {
    gates.push({
      kind: 'rateLimit',
      key: keyOf('rateLimit', rateLimit),
      limit: rateLimit.limit,
      perMs: periodMs(rateLimit.per) ?? 0,
    })
  }
  if (debounce) {
    gates.push({
      kind: 'debounce',
      key: keyOf('debounce', debounce),
      forMs: durationMs(debounce.for),
      edge: debounce.edge ?? 'trailing',
      maxWaitMs: debounce.maxWait === undefined ? undefined : durationMs(debounce.maxWait),
    })
  }
  if (batch) gates.push({ kind: 'batch', key: keyOf('batch', batch), size: batch.size, forMs: durationMs(batch.for) })
  const singletonKey = singleton && keyOf('singleton', singleton)
  if (singleton && singletonKey)
    gates.push({ kind: 'singleton', key: singletonKey, onDuplicate: singleton.onDuplicate ?? 'skip' })

  // An only run's slot is its own: an old one that is being cancelled, or is retried, and a new one take turns.
  const slots = concurrency ? keyOf('slots', concurrency) : (singletonKey ?? null)
  const slotLimit = concurrency ? concurrency.limit : singletonKey ? 1 : null
  const onLimit = isDraft ? 'queue' : (concurrency?.onLimit ?? 'queue')
  if (concurrency && slots && onLimit !== 'queue') gates.push({ kind: 'slots', key: slots, limit: concurrency.limit, onLimit })

  const throttleKey = throttle ? keyOf('throttle', throttle) : null
  const isQueued = slots !== null || throttleKey !== null || startWithin !== undefined
  return {
    queue: isQueued ? { lane: `${slots ?? ''}.${throttleKey ?? ''}`, slots, slotLimit, throttle: throttleKey } : null,
    gates,
    startWithinMs: startWithin === undefined ? undefined : durationMs(startWithin),
  }
}
