import { createHash } from 'node:crypto'
import type { ExpressionScope } from '#shared/expression/scope.ts'
import { renderTemplate } from '#shared/expression/template.ts'
import type { SlotAsk } from '../db/ask-slots.ts'
import { closeWait, openWait, type OwnedRun, writesOf } from '../run/owned-run.ts'
import { type NodeState, stepIdIn } from '../state/run-state.ts'

/** What an attempt that needs a slot has come to. */
export interface StepSlot {
  state: 'asked' | 'waiting' | 'held'
  ask: SlotAsk
}

/**
 * Whether this step may begin as far as its `concurrency` goes. If not it is asked for a slot, and the run goes on with
 * the step once it has one. Throws when its key can't be worked out.
 */
export function takeSlot(run: OwnedRun, node: NodeState, scope: ExpressionScope): boolean {
  const { concurrency } = node.step
  if (!concurrency) return true
  const known = run.slots.get(node.path)
  if (known?.state === 'held') {
    closeWait(run, node.path)
    return true
  }
  if (!known) askForSlot(run, node.path, askOf(run, node, concurrency, scope))
  return false
}

function askOf(run: OwnedRun, node: NodeState, { limit, key }: { limit: number; key?: string }, scope: ExpressionScope): SlotAsk {
  const value: unknown = key === undefined ? undefined : JSON.parse(renderTemplate(key, scope))
  // Without a key a step shares its slots with itself in other runs.
  const name = value === undefined ? ['step', node.step.id] : ['key', typeof value === 'string' ? value : JSON.stringify(value)]
  return {
    workspaceId: run.workspaceId,
    flowId: run.facts.flowId,
    key: createHash('sha256').update(JSON.stringify(name)).digest('base64url').slice(0, 22),
    runId: run.runId,
    path: node.path,
    limit,
  }
}

function askForSlot(run: OwnedRun, path: string, ask: SlotAsk): void {
  const slot: StepSlot = { state: 'asked', ask }
  run.slots.set(path, slot)
  // The run must be in the table before it can stand in line.
  run.host.committer
    .durable(run)
    .then(() => run.host.slots.ask(ask))
    .then((isGranted) => takeAnswer(run, path, slot, isGranted))
    .catch((error: unknown) => {
      if (!run.isOver) run.onTrouble(error)
    })
}

function takeAnswer(run: OwnedRun, path: string, slot: StepSlot, isGranted: boolean): void {
  // What a run that is over was given is nobody's.
  if (run.state.end) return run.host.slots.look()
  if (run.isOver) return
  if (run.slots.get(path) !== slot) {
    // The step was cancelled while it asked.
    writesOf(run).slotsFreed.add(path)
    return freeWhenDurable(run, [slot])
  }
  slot.state = isGranted ? 'held' : 'waiting'
  if (!isGranted) openWait(run, path, { kind: 'slot', dueAt: null })
  run.goOn()
}

/** The step has the slot it stood in line for. Gives false when this has to be looked up. */
export function takeGrant(run: OwnedRun, path: string, arrived: number): boolean {
  const slot = run.slots.get(path)
  if (run.isOver || run.isTakingArrivals || slot?.state !== 'waiting' || arrived > run.seen + 1) return false
  run.seen = Math.max(run.seen, arrived)
  slot.state = 'held'
  run.goOn()
  return true
}

/** Whether this step stands in line: nothing can be done about it now. */
export function waitsForSlot(run: OwnedRun, path: string): boolean {
  const slot = run.slots.get(path)
  return slot !== undefined && slot.state !== 'held'
}

/** The attempt is over, or will never be: its slot goes with what is written next. */
export function giveSlotBack(run: OwnedRun, path: string): void {
  if (!run.index.hasSlots) return
  const slot = run.slots.get(path)
  // A slot of an attempt that was lost with its worker is not known here.
  if (!slot && !run.index.steps.get(stepIdIn(path))?.concurrency) return
  run.slots.delete(path)
  writesOf(run).slotsFreed.add(path)
  if (!slot) return
  if (slot.state === 'waiting') closeWait(run, path)
  freeWhenDurable(run, [slot])
}

/** The run is over: all its slots go with its end. */
export function giveAllSlotsBack(run: OwnedRun): void {
  if (!run.index.hasSlots) return
  writesOf(run).slotsFreed.add('')
  const slots = [...run.slots.values()]
  run.slots.clear()
  freeWhenDurable(run, slots)
}

function freeWhenDurable(run: OwnedRun, slots: readonly StepSlot[]): void {
  if (slots.length === 0) return
  run.host.committer.durable(run).then(
    () => run.host.slots.freed(slots.map(({ ask }) => ask)),
    () => undefined, // It has another owner now, who has the slots too.
  )
}

/** There is news for the run, perhaps that it has a slot: those in line ask again. */
export function askAgain(run: OwnedRun): void {
  for (const [path, slot] of run.slots) if (slot.state === 'waiting') askForSlot(run, path, slot.ask)
}
