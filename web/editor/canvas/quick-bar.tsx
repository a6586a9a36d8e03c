import { Copy, Play, Power, Replace, Trash2, type LucideIcon } from 'lucide-react'
import { duplicate } from '../commands/clipboard.ts'
import type { Command } from '../commands/command.ts'
import { deleteSelection } from '../commands/delete-selection.ts'
import { openReplace, testStep } from '../commands/panels.ts'
import { toggleDisabled } from '../commands/step-fields.ts'
import { keyText } from '../../ui/kbd.tsx'
import type { Editor } from '../store.ts'

/** What one does most to a step, above its card while the pointer is on it. Keys do the same. */
export function QuickBar({ editor, id, name, isOff }: { editor: Editor; id: string; name: string; isOff: boolean }) {
  const actions: [label: string, Icon: LucideIcon, command: Command][] = [
    ['Test this step', Play, testStep],
    ['Replace', Replace, openReplace],
    [isOff ? 'Turn on' : 'Turn off', Power, toggleDisabled],
    ['Duplicate', Copy, duplicate],
    ['Delete', Trash2, deleteSelection],
  ]
  return (
    <div className="quick-bar nodrag nopan" aria-label={`Actions for ${name}`} role="toolbar">
      {actions.map(([label, Icon, command]) => (
        <button
          key={label}
          type="button"
          tabIndex={-1}
          aria-label={`${label}: ${name}`}
          title={`${label} (${keyText(command.shortcuts?.[0] ?? '')})`}
          onClick={(event) => {
            event.stopPropagation()
            editor.select([id])
            editor.run(command, undefined)
          }}
        >
          <Icon size={15} strokeWidth={1.75} aria-hidden />
        </button>
      ))}
    </div>
  )
}
