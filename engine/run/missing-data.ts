import { isAppError } from '#shared/errors.ts'
import type { CallLog } from '../calls/call-log.ts'
import type { Command } from '../state/decide.ts'
import { knownOutput, type OwnedRun, partOf } from './owned-run.ts'
import type { JsonText } from '#shared/json.ts'
import { elementsOf } from '#shared/json-text.ts'
import { approversOf } from './evaluate-step.ts'
import { scopeFor } from './step-scope.ts'
import { findVisible, getNode, type NodeState, type Scope } from '../state/run-state.ts'
import { endParts, listParts, outputParts, type Part } from '../state/step-output.ts'

/** What is about to be read and memory does not hold, as after a wake-up or a take-over; payloads by their event. */
export interface MissingData {
  trigger: boolean
  /** With the step whose output it is; without one it was worked out for an item. */
  outputs: Map<number, string | undefined>
  /** Inputs of actions, by path. */
  inputs: Map<number, string>
  /** Items of loops, by the loop's path. */
  items: Map<number, string>
  /** Whoever is to be asked something. */
  members: Set<string>
}

export function missingData(): MissingData {
  return { trigger: false, outputs: new Map(), inputs: new Map(), items: new Map(), members: new Set() }
}

/** What these commands need and memory does not hold; undefined when it holds everything. */
export function missingFor(run: OwnedRun, commands: readonly Command[]): MissingData | undefined {
  const missing = missingData()
  for (const command of commands) {
    switch (command.kind) {
      case 'start':
        needStart(run, getNode(run.state, command.path), missing)
        break
      case 'look':
        needLook(run, getNode(run.state, command.path), command.item, missing)
        break
      case 'endLoop': {
        const { loop } = getNode(run.state, command.path)
        const last = loop?.ends.at(-1)
        if (loop?.total === undefined && last) needParts(run, endParts(run.state, last), missing)
        break
      }
      case 'poison':
      case 'pause':
      case 'finish':
        break
    }
  }
  return ifAny(missing)
}

/** What is needed to judge whether an event fits these waits, and memory does not hold. */
export function missingForWaits(run: OwnedRun, waits: readonly NodeState[]): MissingData | undefined {
  const missing = missingData()
  for (const node of waits) {
    if (run.trigger === undefined) missing.trigger = true
    needReads(run, node, node.scope, missing)
  }
  return ifAny(missing)
}

function ifAny(missing: MissingData): MissingData | undefined {
  const isMissing =
    missing.trigger || missing.outputs.size > 0 || missing.inputs.size > 0 || missing.items.size > 0 || missing.members.size > 0
  return isMissing ? missing : undefined
}

function needStart(run: OwnedRun, node: NodeState, missing: MissingData): void {
  if (run.trigger === undefined) missing.trigger = true
  if (node.step.runs === 'action' && node.decided) {
    if (!run.inputs.has(node.path) && !node.step.disabled) missing.inputs.set(node.decided.seq, node.path)
    // The key of the slots it needs is worked out for every attempt.
    if (node.step.concurrency?.key === undefined) return
  }
  needReads(run, node, node.scope, missing)
  if (node.calls) needResults(run, node.calls, missing)
  if (node.step.type === 'approval') needMembers(run, node, missing)
}

/** What code is given again of what it asked for. */
function needResults(run: OwnedRun, calls: CallLog, missing: MissingData): void {
  for (const { status, endSeq } of calls.byPath.values()) {
    if (status === 'succeeded' && endSeq !== undefined && !run.collected.has(endSeq)) missing.outputs.set(endSeq, undefined)
  }
}

/** Who is asked is known only when what their names are worked out from is. */
function needMembers(run: OwnedRun, node: NodeState, missing: MissingData): void {
  if (node.step.disabled || ifAny(missing)) return
  for (const name of approversOf(node.step, scopeFor(run, node))) if (!run.members.has(name)) missing.members.add(name)
}

function needLook(run: OwnedRun, node: NodeState, item: number, missing: MissingData): void {
  if (run.trigger === undefined) missing.trigger = true
  const scope = run.state.scopes.get(`${node.path}[${item}]`)
  needReads(run, node, scope ?? node.scope, missing)
  const end = node.loop?.ends[item]
  if (node.step.type === 'repeat') {
    if (end) needParts(run, endParts(run.state, end), missing)
  } else if (node.step.params['until'] !== undefined) needParts(run, listParts(run.state, node), missing)
}

/** What a step names, seen from an iteration, and what that iteration is about. */
function needReads(run: OwnedRun, node: NodeState, scope: Scope, missing: MissingData): void {
  for (const id of node.step.reads) {
    const read = findVisible(run.state, scope, id)
    if (read) needOutput(run, read, missing)
  }
  for (let at: Scope | undefined = scope; at?.loop; at = at.loop.scope) {
    const { loop, path, step } = at.loop
    if (!loop) continue
    if (step.type === 'forEach' && !run.items.has(path)) missing.items.set(loop.seq, path)
    const before = step.type === 'repeat' ? loop.ends[at.index - 1] : undefined
    if (before) needParts(run, endParts(run.state, before), missing)
  }
}

/** What a finished step gave. */
export function needOutput(run: OwnedRun, node: NodeState, missing: MissingData): void {
  if (node.status !== 'succeeded' || run.outputs.has(node.path)) return
  const { size } = missing.outputs
  needParts(run, outputParts(run.state, node), missing)
  if (missing.outputs.size === size) tryToPutTogether(run, node)
}

/** What can't be put together fails the step that needs it, when it comes to that. */
function tryToPutTogether(run: OwnedRun, node: NodeState): void {
  try {
    knownOutput(run, node)
  } catch (error) {
    if (!isAppError(error)) throw error
  }
}

function needParts(run: OwnedRun, parts: readonly Part[], missing: MissingData): void {
  for (const { seq, path } of parts) if (partOf(run, seq, path) === undefined) missing.outputs.set(seq, path)
}

/** A large one is read when there is room for it. */
async function findTrigger(run: OwnedRun): Promise<JsonText> {
  const { recall, largeTriggers } = run.host
  const { requestId } = run.facts
  return (await recall.trigger(run, requestId)) ?? largeTriggers.load(run, () => recall.longTrigger(run, requestId))
}

export async function loadMissing(run: OwnedRun, missing: MissingData): Promise<void> {
  const { recall } = run.host
  const seqs = [...missing.outputs.keys(), ...missing.inputs.keys(), ...missing.items.keys()]
  const names = [...missing.members]
  const [trigger, found, members] = await Promise.all([
    missing.trigger ? findTrigger(run) : run.trigger,
    recall.payloads(run, seqs),
    names.length > 0 ? run.host.findMembers(run.workspaceId, names) : undefined,
  ])
  for (const name of names) run.members.set(name, members?.get(name) ?? null)
  run.trigger = trigger
  for (const [seq, path] of missing.outputs) {
    if (path === undefined) run.collected.set(seq, found.get(seq) ?? 'null')
    else run.outputs.set(path, found.get(seq) ?? 'null')
  }
  for (const [seq, path] of missing.items) run.items.set(path, elementsOf(found.get(seq) ?? '[]'))
  // An input that was never stored belongs to an attempt that failed before it had one.
  for (const [seq, path] of missing.inputs) {
    const input = found.get(seq)
    if (input !== undefined) run.inputs.set(path, input)
  }
}
