import { findCall, isSuspended, waitingCalls } from '../keep/code-state.ts'
import type { OfferedEvent } from '../events/offer-events.ts'
import type { StepWait } from '../state/journal.ts'
import { type OwnedRun, writesOf } from '../run/owned-run.ts'
import type { NodeState } from '../state/run-state.ts'
import type { CallState } from './call-log.ts'
import { settleCall } from './settle-call.ts'

interface EventCall {
  node: NodeState
  call: CallState
  wait: Extract<StepWait, { kind: 'event' }>
}

/** Offers an event to what code waits for, in the order of asking. Gives true when one of them has taken it. */
export function offerToCode(run: OwnedRun, event: OfferedEvent): boolean {
  for (const asked of eventCalls(run)) {
    if (!mayTake(run, asked, event)) continue
    if (!asked.wait.byCode) {
      take(run, asked, event)
      return true
    }
    // Whoever comes after it has to wait for its answer.
    askCode(run, asked, event)
    return false
  }
  return false
}

/** The code has said whether the event it was asked about is the one. What it can't tell of an event is that it is not. */
export function takeAnswer(run: OwnedRun, call: CallState, found: boolean | Error): void {
  const key = run.asking.get(call.path)
  run.asking.delete(call.path)
  const event = run.events.find((one) => one.key === key)
  const asked = findCall(run.state, call.path)
  if (!event || !asked || call.wait?.kind !== 'event') return
  if (found === true) {
    run.events.splice(run.events.indexOf(event), 1)
    take(run, { ...asked, wait: call.wait }, event)
  } else event.refusedBy.add(nameOf(call))
  run.hasNewOffers = true
  run.goOn()
}

/** Ends a wait of code whose time is over, unless it has yet to look at something that came before. Gives whether it did. */
export function passDeadline(run: OwnedRun, path: string): boolean {
  const asked = eventCalls(run).find(({ call }) => call.path === path)
  if (!asked) return true
  const open = run.events.find((event) => mayTake(run, asked, event))
  if (open) {
    askCode(run, asked, open)
    return false
  }
  settleCall(run, asked.node, asked.call, '{"received":false}', 'timeout')
  return true
}

/** The next offer begins with what this code waits for. */
export function wantsOffers(run: OwnedRun): void {
  if (run.events.length > 0 || run.pastDeadlines.size > 0) run.hasNewOffers = true
}

function eventCalls(run: OwnedRun): EventCall[] {
  return waitingCalls(run.state).flatMap(({ node, call }) =>
    call.wait?.kind === 'event' ? [{ node, call, wait: call.wait }] : [],
  )
}

function mayTake(run: OwnedRun, { call, wait }: EventCall, event: OfferedEvent): boolean {
  if (wait.name !== event.name || event.at < (wait.since ?? run.facts.createdAt)) return false
  if (wait.expiresAt !== null && event.at >= wait.expiresAt) return false
  return !event.refusedBy.has(nameOf(call))
}

function take(run: OwnedRun, { node, call }: EventCall, event: OfferedEvent): void {
  writesOf(run).spent.add(event.key)
  settleCall(run, node, call, `{"received":true,"data":${event.data}}`, 'received')
}

/** Only the code itself can tell: it is asked, or brought back to be asked. One thing is asked at a time. */
function askCode(run: OwnedRun, { node, call }: EventCall, event: OfferedEvent): void {
  if (run.asking.has(call.path)) return
  if (run.calls.get(node.path)?.match(call, event.data)) run.asking.set(call.path, event.key)
  else if (isSuspended(node)) run.due.add(node.path)
}

function nameOf({ path, attempt }: CallState): string {
  return `${path} ${attempt}`
}
