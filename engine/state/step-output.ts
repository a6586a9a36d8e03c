import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import type { RunError } from '#shared/run.ts'
import { getNode, type ItemEnd, type NodeState, type RunState } from './run-state.ts'

/** What a step that failed and was told to go on leaves behind for those after it. */
export function errorOutput({ error }: { error: RunError | undefined }): JsonText {
  return JSON.stringify({ error })
}

/** Finds a payload by its event; `path` is the step whose output it is, unless it was worked out for an item. */
export type PayloadOf = (seq: number, path: string | undefined) => JsonText | undefined

/** Whether a step's output is a list of what its iterations gave, stored nowhere as a whole. */
export function isGathered(node: NodeState): boolean {
  return node.loop !== undefined && node.step.type === 'forEach' && node.step.params['collect'] !== 'none' && !node.error
}

/** One payload a step's output consists of. */
export interface Part {
  seq: number
  path: string | undefined
}

/** The payloads a step's output consists of. */
export function outputParts(state: RunState, node: NodeState): Part[] {
  if (node.error || node.endSeq === undefined) return []
  return isGathered(node) ? listParts(state, node) : [{ seq: node.endSeq, path: node.path }]
}

/** The payloads of what the iterations of a loop gave so far. */
export function listParts(state: RunState, { loop }: NodeState): Part[] {
  return (loop?.ends ?? []).flatMap((end) => (end ? endParts(state, end) : []))
}

export function endParts(state: RunState, { seq, path }: ItemEnd): Part[] {
  if (seq === null) return []
  return path === undefined ? [{ seq, path }] : outputParts(state, getNode(state, path))
}

/** A step's output put together from payloads; what is missing among them is null. */
export function outputText(state: RunState, node: NodeState, payloadOf: PayloadOf): JsonText {
  if (node.error) return errorOutput(node)
  if (isGathered(node)) return listText(state, node, payloadOf)
  const stored = node.endSeq === undefined ? undefined : payloadOf(node.endSeq, node.path)
  // What a `respond` step stores is the answer it sent.
  if (node.step.type === 'respond' && stored !== '{"sent":false}') return JSON.stringify({ sent: !node.isLateReply })
  return stored ?? 'null'
}

/** So many characters a list may have that is put together as one text: twice that is more than any text can hold. */
const mostListSize = 256 * 1024 ** 2

/** What the iterations of a loop gave so far, in the order of the items; null where one gave nothing, or not yet. */
export function listText(
  state: RunState,
  { loop, step }: NodeState,
  payloadOf: PayloadOf,
  instead?: { item: number; text: JsonText },
): JsonText {
  const ends = loop?.ends ?? []
  const texts: JsonText[] = []
  for (let item = 0; item < ends.length; item++) {
    const end = ends[item]
    if (instead?.item === item) texts.push(instead.text)
    else if (end?.error) texts.push(errorOutput({ error: end.error }))
    else if (!end || end.seq === null) texts.push('null')
    else
      texts.push(
        end.path === undefined
          ? (payloadOf(end.seq, undefined) ?? 'null')
          : outputText(state, getNode(state, end.path), payloadOf),
      )
  }
  if (texts.reduce((size, text) => size + text.length, 0) > mostListSize) {
    const message = `What step "${step.name}" gave for all its items together is more than 256 MiB, the most one value can have. Collect less of each item.`
    throw new AppError('output_too_large', message)
  }
  return `[${texts.join(',')}]`
}
