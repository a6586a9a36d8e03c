/** The keys of the editor of code that aren't commands of the whole page, for the sheet of shortcuts. */
export const codeKeys = [
  { label: 'Run the code on the sample', keys: 'Ctrl+Enter' },
  { label: 'Format the code and save', keys: 'Ctrl+S' },
  { label: 'Format the code', keys: 'Shift+Alt+F' },
  { label: 'Leave the code: first', keys: 'Esc' },
  { label: 'Leave the code: then', keys: 'Tab' },
  { label: 'Let Tab leave the code, or indent again', keys: 'Ctrl+M' },
  { label: 'Suggestions in code', keys: 'Ctrl+Space' },
  { label: 'What can be done about a mark in code', keys: 'Ctrl+.' },
  { label: 'Next mark in code', keys: 'F8' },
  { label: 'Everything the code editor can do', keys: 'F1' },
] as const
