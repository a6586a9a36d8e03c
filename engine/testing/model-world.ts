import { decide, type Command } from '../state/decide.ts'
import type { JournalEvent, JournalFact } from '../state/journal.ts'
import { isExpression } from '../state/loop-state.ts'
import type { PlanIndex } from '../state/plan-index.ts'
import { getNode, initialState, type NodeState, type RunState } from '../state/run-state.ts'
import { apply } from '../state/state.ts'

export interface Played {
  journal: JournalEvent[]
  state: RunState
  /** True when only turns ran out: a run that can't come to rest. */
  isEndless: boolean
}

const mostTurns = 3000

/**
 * Carries a run out in a world where all that happens is a function of the seed, the step's path and how often it was
 * tried: attempts fail, waits are answered or run out, people settle what is parked. What began first ends first.
 * Whenever `crashAfter` says so, all that is in memory is lost and the journal is folded anew; a `lease` that ran out
 * makes no step suspect of having caused it. `begun` is what has happened already.
 */
export function playModel(
  index: PlanIndex,
  seed: number,
  crashAfter: (events: number) => boolean = () => false,
  how: 'crash' | 'lease' = 'crash',
  begun: readonly JournalEvent[] = [],
): Played {
  const journal = [...begun]
  let state = initialState(index)
  for (const event of journal) apply(state, event)
  /** How often somebody has settled each step: people remember, whatever crashes. */
  const decisions = new Map<string, number>()
  let hasCrashed = false
  const write = (fact: JournalFact): boolean => {
    const event: JournalEvent = { seq: journal.length, at: 1000 + journal.length, ...fact }
    journal.push(event)
    apply(state, event)
    if (crashAfter(journal.length)) hasCrashed = true
    return hasCrashed
  }
  if (journal.length === 0) write({ kind: 'run.created', data: { triggerId: 'trigger' } })
  for (let turn = 0; turn < mostTurns; turn++) {
    if (hasCrashed) {
      hasCrashed = false
      state = initialState(index)
      for (const event of journal) apply(state, event)
      const lost = [...state.running]
      for (const path of lost) {
        const { attempt } = getNode(state, path)
        if (write({ kind: 'step.lost', path, attempt, data: { crashed: how === 'crash', alone: lost.length === 1 } })) break
      }
      continue
    }
    if (state.end) return { journal, state, isEndless: false }
    const commands = decide(state)
    if (commands.length > 0) {
      for (const command of commands) {
        if (command.kind === 'start' && state.toLook.size > 0) break
        if (perform(state, seed, command, write, decisions)) break
      }
    } else {
      const [first] = state.running
      if (first !== undefined) endAttempt(getNode(state, first), seed, write)
    }
  }
  return { journal, state, isEndless: true }
}

/** Gives true when the world stopped in the middle. */
function perform(
  state: RunState,
  seed: number,
  command: Command,
  write: (fact: JournalFact) => boolean,
  decisions: Map<string, number>,
): boolean {
  switch (command.kind) {
    case 'start':
      return isWanted(state, command.path) && begin(getNode(state, command.path), seed, write)
    case 'poison': {
      const node = getNode(state, command.path)
      const error = { code: 'poisoned', message: 'poisoned', retryable: false }
      return write({ kind: 'step.failed', path: node.path, attempt: node.attempt + 1, data: { error, retryAt: null } })
    }
    case 'look':
      return !isHalting(state) && look(getNode(state, command.path), seed, command.item, write)
    case 'endLoop':
      return !isHalting(state) && state.toEnd.has(command.path) && finish(getNode(state, command.path), ['out'], write)
    case 'pause':
      return pass(state, seed, write, decisions)
    case 'finish':
      return write({ kind: 'run.finished', data: command.end })
  }
}

function isHalting(state: RunState): boolean {
  return state.failures.size > 0 || state.ending !== undefined || state.end !== undefined
}

function isWanted(state: RunState, path: string): boolean {
  return !isHalting(state) && state.ready.has(path)
}

function begin(node: NodeState, seed: number, write: (fact: JournalFact) => boolean): boolean {
  const { step, path } = node
  const attempt = node.attempt + 1
  switch (step.type) {
    case 'branch':
      return write({ kind: 'step.finished', path, attempt, data: { handles: [chance(seed, path, 2) === 0 ? 'true' : 'false'] } })
    case 'forEach':
      return write({ kind: 'step.started', path, attempt, data: { loop: { total: chance(seed, path, 5) } } })
    case 'repeat':
      return write({ kind: 'step.started', path, attempt, data: { loop: {} } })
    case 'waitForCall':
    case 'approval':
    case 'callFlow':
      return write({ kind: 'step.waiting', path, attempt, data: { kind: 'call', expiresAt: null } })
    default:
      return write({ kind: 'step.started', path, attempt, data: { effect: true } })
  }
}

function endAttempt(node: NodeState, seed: number, write: (fact: JournalFact) => boolean): void {
  const { path, attempt, step } = node
  const tried = attempt - node.uncounted
  if (chance(seed, `${path} ${tried} ${node.tryNumber}`, 4) > 0) {
    finish(node, ['out'], write)
    return
  }
  const error = { code: 'http_error', message: 'no', retryable: true, status: 500 }
  write({ kind: 'step.failed', path, attempt, data: { error, retryAt: tried < step.retry.maxAttempts ? 5000 : null } })
}

function finish({ path, attempt }: NodeState, handles: string[], write: (fact: JournalFact) => boolean): boolean {
  return write({ kind: 'step.finished', path, attempt, data: { handles } })
}

function look(
  { path, attempt, step, loop }: NodeState,
  seed: number,
  item: number,
  write: (fact: JournalFact) => boolean,
): boolean {
  if (!loop?.toLook.includes(item)) return false
  const isEnough = chance(seed, `${path} look ${item}`, 3) === 0 && (step.type === 'repeat' || step.params['until'] !== undefined)
  const collected = isExpression(step.params['collect']) && !loop.ends[item]?.error
  const isPaused = step.type === 'repeat' && !isEnough && chance(seed, `${path} pause ${item}`, 4) === 0
  if (step.type === 'repeat' && !isEnough && item > 6) {
    const error = { code: 'max_iterations', message: 'too often', retryable: false }
    return write({ kind: 'step.failed', path, attempt, data: { error, retryAt: null } })
  }
  return write({
    kind: 'step.looked',
    path,
    attempt,
    data: {
      item,
      ...(isEnough ? { isEnough: true } : {}),
      ...(isPaused ? { goOnAt: 9000 } : {}),
      ...(collected ? { collected: true } : {}),
    },
  })
}

/** Nothing is under way: time passes, and what was waited for longest happens. */
function pass(state: RunState, seed: number, write: (fact: JournalFact) => boolean, decisions: Map<string, number>): boolean {
  for (const path of state.retrying) {
    const node = getNode(state, path)
    return write({ kind: 'step.started', path, attempt: node.attempt + 1, data: { effect: true } })
  }
  for (const path of state.waiting) {
    const node = getNode(state, path)
    if (node.loop && node.wait?.kind === 'delay')
      return write({ kind: 'step.looked', path, attempt: node.attempt, data: { item: node.loop.next - 1 } })
    if (node.wait?.kind === 'attention' || node.wait?.kind === 'inDoubt') return settle(node, seed, write, decisions)
    return answer(node, seed, write)
  }
  throw new Error('A pause with nothing to wait for')
}

const answers: { [type: string]: readonly string[] } = {
  waitForCall: ['received', 'timeout'],
  approval: ['approved', 'rejected', 'timeout'],
  callFlow: ['out', 'fails'],
}

function answer(node: NodeState, seed: number, write: (fact: JournalFact) => boolean): boolean {
  const ways = answers[node.step.type] ?? ['out']
  const way = ways[chance(seed, node.path, ways.length)] ?? 'out'
  if (way !== 'fails') return finish(node, [way], write)
  const error = { code: 'flow_failed', message: 'the other flow failed', retryable: false }
  return write({ kind: 'step.failed', path: node.path, attempt: node.attempt, data: { error, retryAt: null } })
}

/** What is in doubt is tried again; of what is parked a person decides anything, but never the same try for ever. */
function settle(
  { path, attempt, wait, loop }: NodeState,
  seed: number,
  write: (fact: JournalFact) => boolean,
  decisions: Map<string, number>,
): boolean {
  const before = decisions.get(path) ?? 0
  if (wait?.kind === 'inDoubt') return write({ kind: 'step.resolved', path, attempt, data: { by: 'somebody', action: 'retry' } })
  decisions.set(path, before + 1)
  const mood = chance(seed, `${path} settle ${before}`, 3)
  const action = mood === 0 && before < 2 && !loop ? 'retry' : mood === 1 ? 'skip' : 'output'
  return write({ kind: 'step.resolved', path, attempt, data: { by: 'somebody', action } })
}

/** A number below `n` that depends on nothing but the seed and what it is asked for (FNV-1a). */
function chance(seed: number, what: string, n: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0
  for (let at = 0; at < what.length; at++) hash = Math.imul(hash ^ what.charCodeAt(at), 0x01000193) >>> 0
  return ((hash ^ (hash >>> 15)) >>> 0) % n
}
