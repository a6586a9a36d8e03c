import { ListTree, Plus, Search, StickyNote } from 'lucide-react'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { addNote } from '../commands/flow-fields.ts'
import type { Command } from '../commands/command.ts'
import { openAdd, openPalette, toggleOutline } from '../commands/panels.ts'
import { RailSlot } from '../../shell/rail-slot.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useEditor, useEditorStore } from '../store.ts'

/** The editor's own icons in the rail. */
export function RailTools() {
  const editor = useEditorStore()
  const panel = useEditor((state) => state.session.panel)
  const readOnly = useEditor((state) => state.readOnly)
  const tool = (label: string, icon: ReactNode, command: Command, isOn?: boolean) => (
    <IconButton
      label={label}
      shortcut={command.shortcuts?.[0]}
      tooltipSide="right"
      icon={icon}
      aria-pressed={isOn}
      className={clsx('size-9!', isOn === true && 'bg-accent-soft text-accent!')}
      onClick={() => editor.run(command, undefined)}
    />
  )
  return (
    <RailSlot>
      {!readOnly && tool('Add a step', <Plus size={20} strokeWidth={1.75} />, openAdd, panel === 'add')}
      {tool('Outline', <ListTree size={20} strokeWidth={1.75} />, toggleOutline, panel === 'outline')}
      {tool('Find anything', <Search size={20} strokeWidth={1.75} />, openPalette)}
      {!readOnly && tool('Add a note', <StickyNote size={20} strokeWidth={1.75} />, addNote)}
    </RailSlot>
  )
}
