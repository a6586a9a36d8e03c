import type { FlowNode, FlowSettings, RetrySettings } from '../flow.ts'
import { nameOf } from '../flow-names.ts'
import { errorHandle, handlesOf } from '../graph.ts'
import type { NodeType } from '../manifest.ts'
import type { Drawing } from './drawing.ts'
import { retryPolicy } from './defaults.ts'
import { checkFlowControl } from './check-flow-control.ts'
import { findDurationMs } from '../duration.ts'
import { HostPattern, hostPatternHint } from '../host-pattern.ts'

const minute = 60_000
const longestCodeMs = 15 * minute
const longestActionMs = 24 * 60 * minute
const mostAtOnce = 100_000
const longestDelayMs = 24 * 60 * minute

/** A step's options: those that contradict each other, the lines, or what can be. */
export function checkNodeSettings(drawing: Drawing, node: FlowNode, type: NodeType): void {
  const { settings } = node
  const problem = (code: Parameters<Drawing['error']>[0], option: string, message: string) =>
    drawing.error(code, message, { nodeId: node.id, param: `settings.${option}` })
  if (type.role !== 'step') return

  checkWays(drawing, node, type)
  const lines = drawing.linesInto(node.id).length
  const atLeast = typeof settings.join === 'object' ? settings.join.atLeast : undefined
  if (atLeast !== undefined && !isCount(atLeast))
    problem('invalid_setting', 'join', `"${nameOf(node)}" waits for ${atLeast} lines. Use a whole number from 1.`)
  else if (atLeast !== undefined && atLeast > lines) {
    problem(
      'join_too_high',
      'join',
      `"${nameOf(node)}" waits for ${atLeast} lines, but only ${lines === 1 ? 'one leads' : `${lines} lead`} to it, so it would never run. Lower the number or draw more lines.`,
    )
  }
  if (settings.retry)
    checkRetry(settings.retry, type, (option, message) =>
      problem('invalid_retry', `retry.${option}`, `"${nameOf(node)}": ${message}`),
    )
  const longest = type.runs === 'code' ? longestCodeMs : longestActionMs
  if (settings.timeoutMs !== undefined && !isBetween(settings.timeoutMs, 1, longest)) {
    problem(
      'invalid_setting',
      'timeoutMs',
      `The time limit of "${nameOf(node)}" must be between 1 millisecond and ${longest / minute} minutes.`,
    )
  }
  checkSlots(drawing, node, type)
}

function checkSlots(drawing: Drawing, node: FlowNode, type: NodeType): void {
  const { concurrency } = node.settings
  if (!concurrency) return
  const where = (option: string) => ({ nodeId: node.id, param: `settings.${option}` })
  if (!isCount(concurrency.limit) || concurrency.limit > mostAtOnce) {
    const message = `"${nameOf(node)}" runs at most so many times at once: a whole number from 1 to ${mostAtOnce}.`
    drawing.error('invalid_setting', message, where('concurrency.limit'))
  } else if (type.runs === 'engine') {
    const message = `"${nameOf(node)}" is over as soon as it begins or only waits, so a limit to how many of it run at once changes nothing.`
    drawing.warning('invalid_setting', message, where('concurrency'))
  }
}

function checkWays(drawing: Drawing, node: FlowNode, type: NodeType): void {
  const { onError, disabled } = node.settings
  const where = { nodeId: node.id, param: 'settings.onError' }
  const ways = drawing.wiredHandles(node.id)
  if (onError === 'route' && !ways.has(errorHandle)) {
    drawing.error(
      'route_without_line',
      `"${nameOf(node)}" should go another way if it fails, but no line shows which. Draw a line from its "If it fails" exit.`,
      where,
    )
  }
  const exits = handlesOf(node, type).filter((handle) => handle !== errorHandle)
  if (onError === 'continue' && exits.length > 1) {
    drawing.error(
      'continue_with_exits',
      `"${nameOf(node)}" has several ways out, so it can't just carry on if it fails. Choose "Go another way" or "Stop the run".`,
      where,
    )
  }
  ways.delete(errorHandle)
  if (disabled && ways.size > 1) {
    drawing.error(
      'disabled_with_exits',
      `"${nameOf(node)}" is turned off but has lines at several of its ways out, so it is not clear how to go on. Turn it on, or leave lines at one way only.`,
      {
        nodeId: node.id,
        param: 'settings.disabled',
      },
    )
  }
}

function checkRetry(retry: RetrySettings, type: NodeType, problem: (option: string, message: string) => void): void {
  const { maxAttempts, factor, minDelayMs, maxDelayMs } = retryPolicy(type, retry)
  if (!isCount(maxAttempts) || maxAttempts > 100)
    problem('maxAttempts', 'the number of tries must be a whole number from 1 to 100.')
  if (!isBetween(factor, 1, 100)) problem('factor', 'each pause must be 1 to 100 times as long as the one before.')
  if (!isBetween(minDelayMs, 0, longestDelayMs)) problem('minDelayMs', 'the first pause must be between 0 and 24 hours.')
  if (!isBetween(maxDelayMs, 0, longestDelayMs)) problem('maxDelayMs', 'the longest pause must be between 0 and 24 hours.')
  else if (maxDelayMs < minDelayMs)
    problem(
      'maxDelayMs',
      `the longest pause (${maxDelayMs} ms) is shorter than the first one (${minDelayMs} ms). Make it longer.`,
    )
}

/** The flow's own settings. */
export function checkFlowSettings(drawing: Drawing, settings: FlowSettings): void {
  const problem = (option: string, message: string) => drawing.error('invalid_setting', message, { param: `settings.${option}` })
  if (settings.timeoutMs !== undefined && findDurationMs(settings.timeoutMs) === undefined)
    problem('timeoutMs', 'The time limit of a run is 0 or more, and 5 years at the most.')
  if (settings.priority !== undefined && !(Number.isInteger(settings.priority) && isBetween(settings.priority, -100, 100))) {
    problem('priority', 'The priority is a whole number from -100 to 100.')
  }
  if (settings.retentionDays !== undefined && !(isCount(settings.retentionDays) && settings.retentionDays <= 3650))
    problem('retentionDays', 'Runs are kept for a whole number of days, from 1 to 3650.')
  checkFlowControl(drawing, settings)
  for (const [i, host] of settings.egress?.allow.entries() ?? []) {
    if (HostPattern.safeParse(host).success) continue
    problem(`egress.allow.${i}`, `“${host.slice(0, 100)}” is no host that calls could go to. ${hostPatternHint}`)
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1
}

function isBetween(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}
