import { findNode } from '../document-index.ts'
import type { EditorState } from '../state.ts'
import { chosenStep, defineCommand } from './command.ts'

/** Shows the code over the whole page, with the data beside it and the log below; or puts it back. */
export const toggleCodeFull = codeViewCommand('toggleCodeFull', 'Code full screen', 'Ctrl+Shift+E', 'isFull')
/** Shows the code beside the version that is live, or alone again. */
export const toggleCodeCompare = codeViewCommand('toggleCodeCompare', 'Compare code with live', 'Ctrl+Alt+D', 'isComparing')

function codeViewCommand(id: string, label: string, shortcut: string, part: keyof EditorState['session']['code']) {
  return defineCommand({
    id,
    label,
    shortcuts: [shortcut],
    anywhere: true,
    history: 'none',
    isEnabled: (state) => codeStepOf(state) !== undefined,
    run(state) {
      const openStepId = codeStepOf(state)
      const { code } = state.session
      return { session: { openStepId, inspectorTab: 'setup', code: { ...code, [part]: !code[part] } } }
    },
  })
}

/** The code step that is meant: the open one, else the one chosen on the canvas. */
function codeStepOf(state: EditorState): string | undefined {
  return [state.session.openStepId, chosenStep(state)].find(
    (id) => id !== undefined && state.catalog.get(findNode(state.document, id)?.type ?? '')?.runs === 'code',
  )
}
