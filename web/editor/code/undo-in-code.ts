import { undo } from '../commands/history.ts'
import { applyToFlow } from '../document.ts'
import { findNode } from '../document-index.ts'
import type { Editor } from '../store.ts'

/** Undo from within the code: the flow's own, but never so far that the step goes from under the cursor. */
export function undoInCode(editor: Editor, stepId: string): void {
  const { document, history } = editor.store.getState()
  const last = history.past.at(-1)
  if (last !== undefined && findNode(applyToFlow(document, last.undo), stepId) === undefined) {
    editor.announce('Nothing more to undo in this step')
    return
  }
  editor.run(undo, undefined)
}
