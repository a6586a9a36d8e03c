import { clsx } from 'clsx'
import { Plus, SquareFunction } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { FieldControlProps } from '../../../ui/field.tsx'
import { Popover } from '../../../ui/popover.tsx'
import { DataPicker } from '../data/data-picker.tsx'
import { FormulaForm } from './formula-form.tsx'
import { Pill } from './pill.tsx'
import { PillForm } from './pill-form.tsx'
import { PreviewLine } from './preview-line.tsx'
import type { HoleHost } from './template-dom.ts'
import { createTemplateEditor, type TemplateEditor } from './template-editor.ts'
import { segmentsOf, type Hole } from './template-segments.ts'

export interface TemplateFieldProps {
  /** The stored template text. */
  value: string
  onChange: (text: string) => void
  /** What ties it to its label and problem. */
  control: FieldControlProps
  /** Its name, for what is said of its buttons. */
  label: string
  /** The field's name as a place to drop data on. */
  dropName: string
  multiline?: boolean | undefined
  placeholder?: string | undefined
  disabled?: boolean | undefined
  mono?: boolean | undefined
}

type Popup =
  /** `typed` was typed to open it, and is given back when nothing is chosen. */
  | { kind: 'picker'; typed: string; replace?: Hole }
  | { kind: 'pill'; hole: Extract<Hole, { kind: 'pill' }>; anchor: Element }
  | { kind: 'formula'; hole?: Hole; anchor?: Element }

/** A text field in which values of earlier steps stand as pills. What it stores is plain template text. */
export function TemplateField({
  value,
  onChange,
  control,
  label,
  dropName,
  multiline = false,
  placeholder,
  disabled = false,
  mono = false,
}: TemplateFieldProps) {
  const root = useRef<HTMLDivElement>(null)
  const [box, setBox] = useState<HTMLDivElement | null>(null)
  const editor = useRef<TemplateEditor>(undefined)
  const [holes, setHoles] = useState<{ host: HoleHost; hole: Hole }[]>([])
  const [popup, setPopup] = useState<Popup>()
  // Esc reaches both the list and the popover around it: what was typed must be given back only once.
  const isOpen = useRef(false)
  const onText = useEffectEvent(onChange)
  const onPopup = useEffectEvent((next: Popup) => show(next))

  useEffect(() => {
    const element = root.current
    if (element === null) return undefined
    const made = createTemplateEditor(element, {
      multiline,
      onText: (text) => onText(text),
      onHoles: setHoles,
      onPick: (typed) => onPopup({ kind: 'picker', typed }),
      onFormula: () => onPopup({ kind: 'formula' }),
      onOpenHole: (hole, anchor) =>
        onPopup(hole.kind === 'pill' ? { kind: 'pill', hole, anchor } : { kind: 'formula', hole, anchor }),
    })
    editor.current = made
    return () => made.destroy()
  }, [multiline])
  useEffect(() => editor.current?.setText(value), [value])
  // A label gives the focus to inputs by itself, but not to an element that is merely editable.
  useEffect(() => {
    const words = document.getElementById(`${control.id}-label`)
    const focus = () => editor.current?.focus()
    words?.addEventListener('click', focus)
    return () => words?.removeEventListener('click', focus)
  }, [control.id])

  function show(next: Popup): void {
    isOpen.current = true
    setPopup(next)
  }

  function close(given = ''): void {
    if (!isOpen.current) return
    isOpen.current = false
    setPopup(undefined)
    if (given !== '') editor.current?.insert(given)
    editor.current?.focus()
  }

  function put(text: string, replace?: Hole): void {
    if (replace === undefined) editor.current?.insert(text)
    else editor.current?.replaceHole(replace, text)
  }

  const segments = segmentsOf(value)
  const needsPreview =
    segments.some((segment) => segment.kind === 'formula') ||
    (segments.length > 1 && segments.some((segment) => segment.kind === 'pill'))
  return (
    <>
      <div
        ref={setBox}
        data-drop={dropName}
        className={clsx(
          'group/template flex min-h-8 w-full min-w-0 items-start rounded-field border bg-surface transition-colors',
          control['aria-invalid'] === true ? 'border-failed' : 'border-line-strong hover:border-ink',
          'focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus',
          disabled
            ? 'border-line bg-sunken text-faint'
            : 'in-data-dragging-hole:border-dashed in-data-dragging-hole:border-accent in-data-dragging-hole:bg-accent-soft',
        )}
      >
        <div
          ref={root}
          {...control}
          role="textbox"
          aria-labelledby={`${control.id}-label`}
          aria-multiline={multiline}
          aria-disabled={disabled || undefined}
          contentEditable={!disabled}
          suppressContentEditableWarning
          tabIndex={0}
          spellCheck={false}
          data-placeholder={placeholder}
          className={clsx(
            'min-w-0 flex-1 self-stretch px-2.5 py-[3px] leading-6 break-words whitespace-pre-wrap outline-none',
            'data-empty:before:pointer-events-none data-empty:before:float-left data-empty:before:h-0 data-empty:before:text-faint data-empty:before:content-[attr(data-placeholder)]',
            multiline && 'max-h-80 min-h-19 overflow-y-auto',
            mono ? 'font-mono text-code' : 'text-body',
          )}
        />
        {!disabled && (
          <span className="flex shrink-0 gap-0.5 p-0.5">
            <IconButton
              label={`Write a formula into ${label}`}
              icon={<SquareFunction size={15} />}
              className="size-6.5! opacity-0 group-focus-within/template:opacity-100 group-hover/template:opacity-100 focus-visible:opacity-100"
              onClick={() => show({ kind: 'formula' })}
            />
            <IconButton
              label={`Insert data into ${label}`}
              shortcut="/"
              icon={<Plus size={15} />}
              className="size-6.5!"
              onClick={() => show({ kind: 'picker', typed: '' })}
            />
          </span>
        )}
      </div>
      {needsPreview && <PreviewLine text={value} />}
      {holes.map(({ host, hole }) => createPortal(<Pill hole={hole} />, host.element, host.key))}
      <Popover
        open={popup !== undefined}
        onOpenChange={(open) => !open && popup !== undefined && close(popup.kind === 'picker' ? popup.typed : '')}
        anchor={(popup?.kind === 'pill' || popup?.kind === 'formula' ? popup.anchor : undefined) ?? box}
        label={popup?.kind === 'picker' ? `Data for ${label}` : popup?.kind === 'pill' ? 'Change this value' : 'Formula'}
        className={popup?.kind === 'picker' ? 'overflow-hidden p-0' : undefined}
      >
        {popup?.kind === 'picker' && (
          <DataPicker
            onInsert={(hole, stay) => {
              put(hole, popup.replace)
              if (!stay) close()
              else show({ kind: 'picker', typed: '' })
            }}
            onCancel={(question) => close(popup.typed + (popup.typed === '' ? '' : question))}
          />
        )}
        {popup?.kind === 'pill' && (
          <PillForm
            hole={popup.hole}
            onReplace={(text) => {
              put(text, popup.hole)
              close()
            }}
            onPickAgain={() => show({ kind: 'picker', typed: '', replace: popup.hole })}
            onFormula={() => show({ kind: 'formula', hole: popup.hole, anchor: popup.anchor })}
            onClose={close}
          />
        )}
        {popup?.kind === 'formula' && (
          <FormulaForm
            source={popup.hole?.source ?? ''}
            onDone={(source) => {
              put(`{{ ${source} }}`, popup.hole)
              close()
            }}
            onRemove={
              popup.hole === undefined
                ? undefined
                : () => {
                    put('', popup.hole)
                    close()
                  }
            }
            onCancel={close}
          />
        )}
      </Popover>
    </>
  )
}
