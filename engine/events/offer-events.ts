import { evaluateCondition } from '#shared/expression/template.ts'
import { readMatch } from '#shared/expression/match.ts'
import type { JsonText } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { offerToCode, passDeadline } from '../calls/offer-to-code.ts'
import type { ArrivalRow } from '../db/load-arrivals.ts'
import { settleWait } from '../run/finish-step.ts'
import type { AwaitedEvent, StepWait } from '../state/journal.ts'
import { openWait, type OwnedRun, writesOf } from '../run/owned-run.ts'
import { getNode, type NodeState } from '../state/run-state.ts'
import { scopeFor } from '../run/step-scope.ts'

/** An event that may end a wait of a run. */
export interface OfferedEvent {
  /** Of its arrival. */
  key: string
  name: string
  data: JsonText
  at: number
  /** Waits that have looked at it and gone on waiting. */
  refusedBy: Set<string>
}

/** An event has come to the run. */
export function offerEvent(run: OwnedRun, { key, name, body, at }: Pick<ArrivalRow, 'key' | 'name' | 'body' | 'at'>): void {
  // Forgotten since: nothing may be waiting for something so old.
  if (body === null) return
  const isSignal = name === null
  const event: OfferedEvent = {
    key,
    name: isSignal ? textOf(sliceJson(body, ['name'])) : name,
    data: isSignal ? (sliceJson(body, ['data']) ?? 'null') : body,
    at,
    refusedBy: new Set(),
  }
  // They count in the order they were sent, however they came here.
  const place = run.events.findLastIndex((before) => before.at <= at) + 1
  run.events.splice(place, 0, event)
  run.hasNewOffers = true
}

/** The deadline of a wait for an event has come to the run; events that were there before it count first. */
export function offerDeadline(run: OwnedRun, path: string): void {
  run.pastDeadlines.add(path)
  run.hasNewOffers = true
}

/** Opens the wait of a step, and sees to it that what came before is looked for. */
export function openEventWait(run: OwnedRun, path: string, wait: AwaitedEvent & { expiresAt: number | null }): void {
  const { match } = getNode(run.state, path).step.params
  const isClosed = match === undefined || (isCondition(match) && readMatch(match).isClosed)
  openWaitFor(run, path, wait, { isClosed, match: isClosed && typeof match === 'string' ? match : null })
}

/** The same for a wait of code's. */
export function openEventWaitOfCode(run: OwnedRun, path: string, wait: AwaitedEvent & { expiresAt: number | null }): void {
  openWaitFor(run, path, wait, { isClosed: !wait.byCode, match: null })
}

function openWaitFor(
  run: OwnedRun,
  path: string,
  wait: AwaitedEvent & { expiresAt: number | null },
  judged: { isClosed: boolean; match: string | null },
): void {
  const event = {
    name: wait.name,
    matchPath: wait.key?.path ?? null,
    matchValue: wait.key?.value ?? null,
    ...judged,
    since: wait.since ?? run.facts.createdAt,
  }
  openWait(run, path, { kind: 'event', dueAt: wait.expiresAt, event }, wait.name)
  run.hasLooked = false
  if (run.events.length > 0) run.hasNewOffers = true
  else run.host.lookForEventsSoon(run)
}

/**
 * Before anything is offered, what came before the waits opened is looked for: it comes first. Gives false when it has
 * been; otherwise it calls `goOn` when it is.
 */
export function isStillLooking(run: OwnedRun): boolean {
  if (run.hasLooked) return false
  if (run.isLooking) return true
  run.isLooking = true
  run.hasLooked = true
  run.host.lookForEvents(run).then(
    () => {
      run.isLooking = false
      if (run.isOver) return
      // Told of by others, if at all: what was found is taken in here.
      run.takeArrivals()
    },
    (error: unknown) => {
      run.isLooking = false
      if (!run.isOver) run.onTrouble(error)
    },
  )
  return true
}

/** The waits whose conditions are about to be worked out. */
export function waitsToOffer(run: OwnedRun): NodeState[] {
  const names = new Set(run.events.map(({ name }) => name))
  return eventWaits(run).filter(({ wait, step }) => names.has(wait.name) && isCondition(step.params['match']))
}

/** Gives each event to the first wait it fits, in the order in which they were opened. It serves one wait and no other. */
export function offerEvents(run: OwnedRun): void {
  run.hasNewOffers = false
  run.events = run.events.filter((event) => {
    const taker = eventWaits(run).find((wait) => fits(run, wait, event))
    if (!taker) return !offerToCode(run, event)
    writesOf(run).spent.add(event.key)
    settleWait(run, taker.path, 'event', event.data)
    return false
  })
  for (const path of run.pastDeadlines) {
    const node = run.state.nodes.get(path)
    if (node?.wait?.kind === 'event') settleWait(run, path, 'deadline', null)
    if (node !== undefined || passDeadline(run, path)) run.pastDeadlines.delete(path)
  }
}

type EventWaitNode = NodeState & { wait: Extract<StepWait, { kind: 'event' }> }

function eventWaits(run: OwnedRun): EventWaitNode[] {
  return Array.from(run.state.waiting, (path) => getNode(run.state, path)).filter(isEventWait)
}

function isEventWait(node: NodeState): node is EventWaitNode {
  return node.wait?.kind === 'event'
}

function fits(run: OwnedRun, node: EventWaitNode, event: OfferedEvent): boolean {
  if (node.wait.name !== event.name || event.at < (node.wait.since ?? run.facts.createdAt)) return false
  if (node.wait.expiresAt !== null && event.at >= node.wait.expiresAt) return false
  const { match } = node.step.params
  if (!isCondition(match)) return true
  const asked = `${node.path} ${node.attempt}`
  if (event.refusedBy.has(asked)) return false
  const isFit = holds(run, node, match, event.data)
  if (!isFit) event.refusedBy.add(asked)
  return isFit
}

function holds(run: OwnedRun, node: NodeState, match: boolean | string, event: JsonText): boolean {
  try {
    return evaluateCondition(match, scopeFor(run, node, { event }), { size: run.host.ports.limits.expressionBytes })
  } catch {
    // What can't be worked out of this event doesn't hold: a stranger's event must not fail a run.
    return false
  }
}

function isCondition(match: unknown): match is boolean | string {
  return typeof match === 'boolean' || typeof match === 'string'
}

function textOf(json: JsonText | undefined): string {
  const text: unknown = json === undefined ? '' : JSON.parse(json)
  return String(text)
}
