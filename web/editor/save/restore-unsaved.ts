import { z } from 'zod'
import { JsonPatchOperation, type FlowDetail } from '#shared/api.ts'
import { canonicalJson } from '#shared/canonical-json.ts'
import { isAppError } from '#shared/errors.ts'
import { Flow } from '#shared/flow.ts'
import { hasOwnAddress } from '#shared/own-address.ts'
import { applyToFlow, type Patch } from '../document.ts'
import { findUnsaved, forgetUnsaved, type TextStorage } from './unsaved-changes.ts'

const Unsaved = z.object({
  revision: z.number(),
  patch: z.array(JsonPatchOperation),
  /** How much of it was on its way, and the document it leads to: the server may or may not have got it. */
  sent: z.object({ count: z.number(), document: z.string() }).optional(),
})
export type Unsaved = z.infer<typeof Unsaved>

export type Restored =
  /** Everything is as the server has it. */
  | { kind: 'nothing' }
  /** These changes were made here before and are still to be sent. */
  | { kind: 'pending'; patch: Patch }
  /** There are changes here that don't fit what the server has by now. */
  | { kind: 'conflict' }

/** What was left unsent when the page went away, seen against what the server has now. */
export function restoreUnsaved(storage: TextStorage, { id, revision, document }: FlowDetail): Restored {
  const text = findUnsaved(storage, id)
  const unsaved = text === undefined ? undefined : Unsaved.safeParse(parsed(text)).data
  if (unsaved === undefined) return { kind: 'nothing' }
  const { sent } = unsaved
  const gotThrough = sent !== undefined && revision !== unsaved.revision && sameButPaths(sent.document, document)
  const left = gotThrough ? unsaved.patch.slice(sent.count) : unsaved.patch
  if (left.length === 0) {
    forgetUnsaved(storage, id)
    return { kind: 'nothing' }
  }
  if (!gotThrough && revision !== unsaved.revision) return { kind: 'conflict' }
  try {
    applyToFlow(document, left)
  } catch (error) {
    if (!isAppError(error)) throw error
    return { kind: 'conflict' }
  }
  return { kind: 'pending', patch: left }
}

/** Compared without the addresses the server gives to starts that have none. */
function sameButPaths(sentText: string, document: FlowDetail['document']): boolean {
  const sent = Flow.safeParse(parsed(sentText)).data
  if (sent === undefined) return false
  const paths = new Map(document.nodes.map((node) => [node.id, node.params['path']]))
  const nodes = sent.nodes.map((node) => {
    const path = paths.get(node.id)
    return hasOwnAddress(node.type) && node.params['path'] === undefined && path !== undefined
      ? { ...node, params: { ...node.params, path } }
      : node
  })
  return canonicalJson({ ...sent, nodes }) === canonicalJson(document)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Written by something else under our name: nothing to restore.
    return undefined
  }
}
