import type { FlowNode } from '../flow.ts'
import { handleOf, nameOf } from '../flow-names.ts'
import { handlesOf, topologicalOrder } from '../graph.ts'
import type { Drawing } from './drawing.ts'

/**
 * Warns where a caller waits for a `respond` step but a run can end without coming to one.
 *
 * Asked of each node, from the ends backwards: whichever way out is taken, does one of the lines there surely lead
 * to an answer? A run that fails answers by itself, so failing doesn't count.
 */
export function checkRespond(drawing: Drawing): void {
  warnOfUnheardAnswers(drawing)
  const waiting = drawing.flow.nodes.filter(
    (node) => node.type === 'webhook' && node.params['respond'] === 'respondStep' && !node.settings.disabled,
  )
  if (waiting.length === 0) return
  const isSure = new Map<string, boolean>()
  for (const id of topologicalOrder(drawing.flow).toReversed()) {
    const node = drawing.nodes.get(id)
    if (node) isSure.set(id, answers(drawing, node, isSure))
  }
  for (const trigger of waiting) {
    if (isSure.get(trigger.id)) continue
    const hasRespond = drawing.flow.nodes.some((node) => node.type === 'respond')
    const message = hasRespond
      ? `A run of "${nameOf(trigger)}" can end without coming to an "Answer the request" step; the caller then gets the run's result. Lead every way to one if that is not what you want.`
      : `"${nameOf(trigger)}" waits for an "Answer the request" step, but there is none. Add one, or choose another time to answer.`
    drawing.warning('may_miss_respond', message, { nodeId: trigger.id, param: 'respond' })
  }
}

/** An answer that comes after the caller has had one is lost: the start must wait for it. */
function warnOfUnheardAnswers(drawing: Drawing): void {
  const hooks = drawing.flow.nodes.filter((node) => node.type === 'webhook' && !node.settings.disabled)
  if (hooks.length === 0 || hooks.some((node) => (node.params['respond'] ?? 'immediately') !== 'immediately')) return
  for (const node of drawing.flow.nodes) {
    if (node.type !== 'respond' || node.settings.disabled) continue
    const message = `"${nameOf(node)}" reaches nobody, because "${nameOf(hooks[0] ?? node)}" answers at once. Choose there that the answer comes from an "Answer the request" step.`
    drawing.warning('unheard_answer', message, { nodeId: node.id })
  }
}

function answers(drawing: Drawing, node: FlowNode, isSure: Map<string, boolean>): boolean {
  const type = drawing.typeOf(node)
  const { runIf, disabled, join } = node.settings
  if (!type || (runIf !== undefined && runIf !== true) || (typeof join === 'object' && join.atLeast > 1)) return false
  if (node.type === 'respond' && !disabled) return true
  if (node.type === 'stop') return node.params['as'] !== 'succeeded' && !disabled
  if (node.type === 'filter' && !disabled) return false
  const lines = drawing.linesFrom(node.id)
  // A wait without a line for its time limit fails there. A step that is turned off has its one wired way only.
  const isOptional = (handle: string) =>
    disabled === true || ((node.type === 'waitForCall' || node.type === 'waitForForm') && handle === 'timeout')
  const ways = handlesOf(node, type).filter((handle) => !isOptional(handle) || lines.some((line) => handleOf(line) === handle))
  return (
    ways.length > 0 && ways.every((handle) => lines.some((line) => handleOf(line) === handle && isSure.get(line.target) === true))
  )
}
