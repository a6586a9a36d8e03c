import type { Change, EditorState } from '../state.ts'

/**
 * Something a person can do, told once for button, menu, key, palette and test. `run` is pure: it looks at the state
 * and says what should change; the store changes it, keeps the way back and saves.
 */
export interface Command<Args = void> {
  id: string
  label: string
  /** As people read it, such as `Ctrl+Shift+Z`; several when there is more than one. */
  shortcuts?: readonly string[]
  /** The key works wherever the focus is, not only on the canvas. */
  anywhere?: boolean
  /** `step`: an entry of its own. `merge`: joins the one before when typed in one go. `none`: nothing to undo. */
  history: 'step' | 'merge' | 'none'
  isEnabled(state: EditorState, args: Args): boolean
  /** Undefined when there is nothing to do. */
  run(state: EditorState, args: Args): Change | undefined
}

export function defineCommand<Args = void>(command: Command<Args>): Command<Args> {
  return command
}

export const canEdit = (state: EditorState): boolean => !state.readOnly

/** The step a command for one step is about: the last one selected. */
export function chosenStep(state: EditorState): string | undefined {
  return state.session.selection.at(-1) ?? state.session.openStepId
}
