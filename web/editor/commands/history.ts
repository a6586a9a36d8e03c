import { canEdit, defineCommand } from './command.ts'

export const undo = defineCommand({
  id: 'undo',
  label: 'Undo',
  shortcuts: ['Ctrl+Z'],
  anywhere: true,
  history: 'none',
  isEnabled: (state) => canEdit(state) && state.history.past.length > 0,
  run: () => ({ travel: 'past' }),
})

export const redo = defineCommand({
  id: 'redo',
  label: 'Redo',
  shortcuts: ['Ctrl+Shift+Z', 'Ctrl+Y'],
  anywhere: true,
  history: 'none',
  isEnabled: (state) => canEdit(state) && state.history.future.length > 0,
  run: () => ({ travel: 'future' }),
})
