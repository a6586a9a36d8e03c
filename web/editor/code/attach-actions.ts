import { monaco } from './monaco.ts'

/** What the keys of the editor do; everything else in it is Monaco's own. */
export interface CodeActions {
  run: () => void
  format: () => void
  formatAndSave: () => void
  undo: () => void
  redo: () => void
  /** Esc with nothing open. Answers whether that did something; if not, the next Tab leaves. */
  escape: () => boolean
  /** Takes up what is offered at a line. Answers whether there was something; if not, Monaco lists what it can mend. */
  takeOffer: (line: number) => boolean
}

const { KeyMod, KeyCode } = monaco

// The keys of the flow that Monaco would take for something of its own.
monaco.editor.addKeybindingRules([
  { keybinding: KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.Enter, command: '-editor.action.insertLineBefore' },
])

/** Esc belongs to whatever is open first: a list, the find box, a selection. */
const nothingOpen = [
  'suggestWidgetVisible',
  'findWidgetVisible',
  'renameInputVisible',
  'parameterHintsVisible',
  'markersNavigationVisible',
  'codeActionMenuVisible',
  'referenceSearchVisible',
  'accessibilityHelpWidgetVisible',
  'inSnippetMode',
  'editorHasSelection',
  'editorHasMultipleSelections',
]
  .map((key) => `!${key}`)
  .join(' && ')

/** Gives an editor of a code step its keys. They are the editor's own, so that two on a page don't take each other's. */
export function attachActions(editor: monaco.editor.IStandaloneCodeEditor, actions: CodeActions): () => void {
  const leaving = leaveByTab(editor)
  const added = [
    editor.addAction({
      id: 'holdfast.run',
      label: 'Run this step on the sample',
      keybindings: [KeyMod.CtrlCmd | KeyCode.Enter],
      contextMenuGroupId: '1_modification',
      contextMenuOrder: 1,
      run: actions.run,
    }),
    editor.addAction({
      id: 'holdfast.format',
      label: 'Format the code',
      keybindings: [KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF],
      contextMenuGroupId: '1_modification',
      contextMenuOrder: 2,
      precondition: '!editorReadonly',
      run: actions.format,
    }),
    editor.addAction({
      id: 'holdfast.save',
      label: 'Save',
      keybindings: [KeyMod.CtrlCmd | KeyCode.KeyS],
      run: actions.formatAndSave,
    }),
    editor.addAction({
      id: 'holdfast.undo',
      label: 'Undo',
      keybindings: [KeyMod.CtrlCmd | KeyCode.KeyZ],
      run: actions.undo,
    }),
    editor.addAction({
      id: 'holdfast.redo',
      label: 'Redo',
      keybindings: [KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.KeyZ, KeyMod.CtrlCmd | KeyCode.KeyY],
      run: actions.redo,
    }),
    editor.addAction({
      id: 'holdfast.offer',
      label: 'Take up what is offered at this line',
      keybindings: [KeyMod.CtrlCmd | KeyCode.Period],
      run() {
        const line = editor.getPosition()?.lineNumber
        if (line === undefined || !actions.takeOffer(line)) editor.trigger('keyboard', 'editor.action.quickFix', {})
      },
    }),
    editor.addAction({
      id: 'holdfast.leave',
      label: 'Leave the code: Tab goes on to what follows',
      keybindings: [KeyCode.Escape],
      keybindingContext: nothingOpen,
      run: () => {
        if (!actions.escape()) leaving.allow()
      },
    }),
  ]
  return () => {
    for (const action of added) action.dispose()
    leaving.stop()
  }
}

/** Tab indents while one writes. Once allowed it leaves, until another key is pressed. */
function leaveByTab(editor: monaco.editor.IStandaloneCodeEditor): { allow: () => void; stop: () => void } {
  let isAllowed = false
  const set = (mayLeave: boolean) => {
    // Ctrl+M is somebody's choice and stays.
    if (isAllowed === mayLeave) return
    isAllowed = mayLeave
    editor.updateOptions({ tabFocusMode: mayLeave })
  }
  const blur = editor.onDidBlurEditorText(() => set(false))
  const keys = editor.onKeyDown(({ keyCode }) => {
    if (keyCode !== KeyCode.Escape && keyCode !== KeyCode.Tab && keyCode !== KeyCode.Shift) set(false)
  })
  return {
    allow: () => set(true),
    stop() {
      blur.dispose()
      keys.dispose()
    },
  }
}
