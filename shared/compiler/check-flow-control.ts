import { maxDurationMs, findDurationMs } from '../duration.ts'
import { periodMs } from '../period.ts'
import type { FlowSettings } from '../flow.ts'
import type { Drawing } from './drawing.ts'

/** More instants than this are not remembered of one key. */
const mostStarts = 10_000
const mostAtOnce = 100_000
const mostInBatch = 10_000

/** The settings that say when a start may become a run, and how many go on at once. */
export function checkFlowControl(drawing: Drawing, settings: FlowSettings): void {
  const problem = (option: string, message: string) => drawing.error('invalid_setting', message, { param: `settings.${option}` })
  const checkCount = (option: string, value: number | undefined, most: number, words: string) => {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1 && value <= most))
      problem(option, `${words} is a whole number from 1 to ${most}.`)
  }
  const checkLength = (option: string, value: unknown, words: string) => {
    const ms = findDurationMs(value)
    if (value !== undefined && (ms === undefined || ms <= 0 || ms > maxDurationMs))
      problem(option, `${words} is longer than nothing, and 5 years at the most. Write it like "10s", "5m" or "2h".`)
  }
  const { concurrency, throttle, rateLimit, debounce, batch, singleton, startWithin } = settings

  checkCount('concurrency.limit', concurrency?.limit, mostAtOnce, 'How many runs go on at once')
  for (const [option, pace, words] of [
    ['throttle', throttle, 'How often a run may start'],
    ['rateLimit', rateLimit, 'How many starts are let in'],
  ] as const) {
    if (!pace) continue
    checkCount(`${option}.limit`, pace.limit, mostStarts, words)
    const ms = periodMs(pace.per)
    if (ms === undefined || ms <= 0)
      problem(`${option}.per`, 'The time it counts for is "second", "minute", "hour", "day" or a length such as "10s" or "5m".')
  }
  if (debounce) {
    checkLength('debounce.for', debounce.for, 'How long it has to be quiet')
    checkLength('debounce.maxWait', debounce.maxWait, 'The longest wait for quiet')
    const quietMs = findDurationMs(debounce.for)
    const longestMs = findDurationMs(debounce.maxWait)
    if (quietMs !== undefined && longestMs !== undefined && longestMs < quietMs)
      problem('debounce.maxWait', 'The longest wait for quiet is shorter than the quiet itself. Make it longer.')
  }
  if (batch) {
    checkCount('batch.size', batch.size, mostInBatch, 'How many starts are collected into one run')
    checkLength('batch.for', batch.for, 'How long starts are collected')
  }
  if (batch && debounce)
    problem('batch', 'Starts are either collected into one run or replace each other until it is quiet. Remove one of the two.')
  checkLength('startWithin', startWithin, 'The time within which a run has to start')

  for (const [option, key] of [
    ['concurrency', concurrency?.key],
    ['throttle', throttle?.key],
    ['rateLimit', rateLimit?.key],
    ['debounce', debounce?.key],
    ['batch', batch?.key],
    ['singleton', singleton?.key],
  ] as const) {
    if (key === undefined || key.includes('{{')) continue
    drawing.warning(
      'invalid_setting',
      `This key is the same for every start, as if there were none. Write it as an expression, such as {{ trigger.body.customer }}.`,
      { param: `settings.${option}.key` },
    )
  }
}
