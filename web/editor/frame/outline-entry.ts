import { codeStepKey, codeStepsOf, type InsideStep } from '../code-steps-of.ts'
import type { ReadStep } from '../reading-order.ts'
import type { Editor } from '../store.ts'

/** A step, or one that is inside of its code. */
export interface OutlineEntry {
  /** Tells it from the others, and where it is in the page. */
  id: string
  step: ReadStep
  inside: InsideStep | undefined
}

/** A step and what is inside of its code. */
export function entriesOf(step: ReadStep): OutlineEntry[] {
  const inside = codeStepsOf(step).map((each, index) => ({ id: `${step.id} ${index}`, step, inside: each }))
  return [{ id: step.id, step, inside: undefined }, ...inside]
}

export function chooseEntry(editor: Editor, { step, inside }: OutlineEntry): void {
  editor.setSession({
    selection: [step.id],
    line: undefined,
    inside: inside && { id: step.id, key: codeStepKey(inside) },
  })
}

/** Opens a step's set-up, or its code where it asks for the one inside. */
export function openEntry(editor: Editor, entry: OutlineEntry): void {
  if (entry.inside?.line === undefined) return editor.openStep(entry.step.id)
  editor.revealLine(entry.step.id, entry.inside.line)
  return chooseEntry(editor, entry)
}
