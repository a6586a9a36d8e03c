import { clsx } from 'clsx'
import { Copy, Ellipsis, Power, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { familyTile } from '../canvas/family-look.ts'
import { StepIcon } from '../canvas/step-icon.tsx'
import { duplicate } from '../commands/clipboard.ts'
import { deleteSelection } from '../commands/delete-selection.ts'
import { renameStep, toggleDisabled } from '../commands/step-fields.ts'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { useStepId } from './step-in-focus.ts'

/** What the step is: its mark, its name to be changed in place, its type, and what can be done with all of it. */
export function InspectorHeader() {
  const editor = useEditorStore()
  const stepId = useStepId()
  const type = useEditor((state) => state.catalog.get(findNode(state.document, stepId)?.type ?? ''))
  const isOff = useEditor((state) => findNode(state.document, stepId)?.settings.disabled === true)
  // Under a name of its own stands the kind of step; a step called by its kind says what that does instead.
  const isNamed = useEditor((state) => {
    const name = findNode(state.document, stepId)?.name
    return name?.replace(/ \d+$/, '') !== type?.title
  })
  const readOnly = useEditor((state) => state.readOnly)

  const withStep = (act: () => void) => () => {
    editor.select([stepId])
    act()
  }
  return (
    <header className="flex items-start gap-3 px-4 pt-3 pb-2">
      <span
        className={clsx(
          'mt-1 flex size-8 shrink-0 items-center justify-center rounded-field text-on-accent',
          type === undefined ? 'bg-off' : familyTile[type.family],
        )}
      >
        <StepIcon name={type?.icon} />
      </span>
      <div className="min-w-0 flex-1">
        <StepName />
        <p className="line-clamp-2 px-1.5 text-small text-muted" title={type?.description}>
          {type === undefined ? 'A kind of step that is not known here' : isNamed ? type.title : type.description}
          {isOff && ' · Off'}
        </p>
      </div>
      <div className="flex shrink-0 gap-0.5">
        {!readOnly && (
          <Menu
            trigger={<IconButton label="More about this step" icon={<Ellipsis size={18} />} />}
            entries={[
              {
                label: isOff ? 'Turn on' : 'Turn off',
                icon: <Power size={16} />,
                shortcut: 'D',
                onSelect: withStep(() => editor.run(toggleDisabled, undefined)),
              },
              {
                label: 'Duplicate',
                icon: <Copy size={16} />,
                shortcut: 'Ctrl+D',
                onSelect: withStep(() => editor.run(duplicate, undefined)),
              },
              'separator',
              {
                label: 'Remove',
                icon: <Trash2 size={16} />,
                shortcut: 'Delete',
                danger: true,
                onSelect: withStep(() => editor.run(deleteSelection, undefined)),
              },
            ]}
          />
        )}
        <IconButton label="Close the set-up" shortcut="Esc" icon={<X size={18} />} onClick={() => editor.openStep(undefined)} />
      </div>
    </header>
  )
}

/** Kept when it is left or Enter is pressed; Esc brings back the old one. */
function StepName() {
  const editor = useEditorStore()
  const stepId = useStepId()
  const readOnly = useEditor((state) => state.readOnly)
  const name = useEditor((state) => {
    const node = findNode(state.document, stepId)
    return node === undefined ? '' : nameOf(node)
  })
  const [typed, setTyped] = useState<string>()
  const keep = () => {
    if (typed !== undefined) editor.run(renameStep, { nodeId: stepId, name: typed })
    setTyped(undefined)
  }
  return (
    <input
      aria-label="Name of the step"
      value={typed ?? name}
      readOnly={readOnly}
      maxLength={200}
      spellCheck={false}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        else if (event.key === 'Escape' && typed !== undefined) {
          // Only the typing is given up; the next Esc closes the set-up.
          event.stopPropagation()
          setTyped(undefined)
        }
      }}
      className="w-full truncate rounded-field border border-transparent bg-transparent px-1.5 text-h2 not-read-only:hover:border-line focus:border-line-strong"
    />
  )
}
