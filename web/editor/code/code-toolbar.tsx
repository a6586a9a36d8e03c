import { clsx } from 'clsx'
import { AlignLeft, Check, Columns2, Ellipsis, Keyboard, Maximize2, Minimize2, PanelTopClose, WrapText } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { toggleCodeCompare, toggleCodeFull } from '../commands/code-view.ts'
import { openShortcuts } from '../commands/panels.ts'
import { ResultLine } from '../inspector/result-line.tsx'
import { useStepId } from '../inspector/step-in-focus.ts'
import { TestButton } from '../inspector/test-button.tsx'
import { useStepTest } from '../inspector/test-step.ts'
import { useEditor, useEditorStore } from '../store.ts'

interface CodeToolbarProps {
  name: string
  formatsOnSave: boolean
  onFormatsOnSave: (does: boolean) => void
  wraps: boolean
  onWraps: (does: boolean) => void
  onFormat: () => void
  onHide: () => void
}

/** What can be done with the code; over the whole page, running it too. */
export function CodeToolbar(props: CodeToolbarProps) {
  const { name, formatsOnSave, onFormatsOnSave, wraps, onWraps, onFormat, onHide } = props
  const editor = useEditorStore()
  const { isFull, isComparing } = useEditor((state) => state.session.code)
  const version = useEditor((state) => state.flow.publishedVersion)
  const readOnly = useEditor((state) => state.readOnly)
  const test = useStepTest(useStepId())
  return (
    <div
      className={clsx('flex items-center gap-1', isFull ? 'col-span-full min-h-12 px-4 max-md:flex-wrap max-md:py-2' : 'min-h-7')}
    >
      <h2 className={clsx('truncate', isFull ? 'text-h2' : 'text-label')}>{isFull ? name : 'Code'}</h2>
      {isComparing && version !== null && (
        <div className={clsx('ml-2 flex gap-3 text-small text-muted', isFull && 'max-md:order-last max-md:ml-0 max-md:w-full')}>
          <Side sign="−" className="bg-failed-soft text-failed">
            Version {version}, live
          </Side>
          <Side sign="+" className="bg-worked-soft text-worked">
            This draft
          </Side>
        </div>
      )}
      {isFull && !readOnly && (
        <div className="ml-4 flex min-w-0 items-center gap-3">
          <TestButton />
          <div role="status" className="min-w-0 max-sm:hidden">
            {test !== undefined && <ResultLine test={test} />}
          </div>
        </div>
      )}
      <div className="ml-auto flex shrink-0 gap-0.5">
        {!readOnly && (
          <IconButton label="Format" shortcut="Shift+Alt+F" icon={<AlignLeft size={16} />} size="small" onClick={onFormat} />
        )}
        <IconButton
          label={isComparing ? 'Stop comparing' : 'Compare with live'}
          shortcut="Ctrl+Alt+D"
          icon={<Columns2 size={16} />}
          size="small"
          aria-pressed={isComparing}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent!"
          onClick={() => editor.run(toggleCodeCompare, undefined)}
        />
        <IconButton
          label={isFull ? 'Back to the flow' : 'Full screen'}
          shortcut="Ctrl+Shift+E"
          icon={isFull ? <Minimize2 size={16} /> : <Maximize2 size={16} />}
          size="small"
          onClick={() => editor.run(toggleCodeFull, undefined)}
        />
        <Menu
          trigger={<IconButton label="More about the code" icon={<Ellipsis size={16} />} size="small" />}
          entries={[
            ...(readOnly
              ? []
              : [
                  {
                    label: formatsOnSave ? 'Don’t format when saving' : 'Format when saving',
                    icon: formatsOnSave ? <Check size={16} /> : <AlignLeft size={16} />,
                    shortcut: 'Ctrl+S',
                    onSelect: () => onFormatsOnSave(!formatsOnSave),
                  },
                ]),
            {
              label: wraps ? 'Don’t wrap long lines' : 'Wrap long lines',
              icon: wraps ? <Check size={16} /> : <WrapText size={16} />,
              onSelect: () => onWraps(!wraps),
            },
            {
              label: 'Keyboard shortcuts',
              icon: <Keyboard size={16} />,
              shortcut: '?',
              onSelect: () => editor.run(openShortcuts, undefined),
            },
            ...(isFull
              ? []
              : ['separator' as const, { label: 'Hide code', icon: <PanelTopClose size={16} />, onSelect: onHide }]),
          ]}
        />
      </div>
    </div>
  )
}

/** What the lines of one colour in a comparison are. */
function Side({ sign, className, children }: { sign: string; className: string; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden className={clsx('grid size-4 place-items-center rounded-[4px] font-mono text-mini', className)}>
        {sign}
      </span>
      {children}
    </span>
  )
}
