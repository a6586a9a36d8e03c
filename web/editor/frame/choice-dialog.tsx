import { Dialog as Base } from '@base-ui/react/dialog'
import { clsx } from 'clsx'
import { Search } from 'lucide-react'
import { useId, useRef, useState, type ReactNode } from 'react'
import { Kbd } from '../../ui/kbd.tsx'

export interface Choice {
  id: string
  label: string
  /** Said behind it, quieter. */
  hint?: string
  shortcut?: string | undefined
  icon?: ReactNode
  onChoose: () => void
}

interface ChoiceDialogProps {
  title: string
  placeholder: string
  choices: readonly Choice[]
  /** What is said when there is nothing to choose from at all. */
  empty: string
  onClose: () => void
}

/** Type a few letters, Enter: a list to choose one thing from, for the keyboard first. */
export function ChoiceDialog({ title, placeholder, choices, empty, onClose }: ChoiceDialogProps) {
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const found = filtered(choices, query)
  const active = found[Math.min(at, found.length - 1)]

  const choose = (choice: Choice) => {
    onClose()
    choice.onChoose()
  }
  return (
    <Base.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Viewport className="fixed inset-0 z-40 flex justify-center px-4 pt-[12vh]">
          <Base.Popup
            initialFocus={input}
            finalFocus={() => document.querySelector<HTMLElement>('[data-canvas]')}
            className="edge flex max-h-[60vh] w-full max-w-140 flex-col self-start rounded-dialog border border-line bg-raised shadow-float outline-none"
          >
            <Base.Title className="sr-only">{title}</Base.Title>
            <label className="relative flex border-b border-line">
              <span className="sr-only">{placeholder}</span>
              <Search size={18} aria-hidden className="pointer-events-none absolute top-3.5 left-4 text-faint" />
              <input
                ref={input}
                role="combobox"
                aria-expanded
                aria-controls={`${id}-list`}
                aria-activedescendant={active === undefined ? undefined : `${id}-${active.id}`}
                autoComplete="off"
                spellCheck={false}
                placeholder={placeholder}
                value={query}
                className="h-12 w-full rounded-t-dialog bg-transparent pr-4 pl-11 text-body outline-none"
                onChange={(event) => {
                  setQuery(event.currentTarget.value)
                  setAt(0)
                }}
                onKeyDown={(event) => {
                  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
                  if (by !== undefined && found.length > 0)
                    setAt((Math.min(at, found.length - 1) + by + found.length) % found.length)
                  else if (event.key === 'Enter' && active !== undefined) choose(active)
                  else return
                  event.preventDefault()
                }}
              />
            </label>
            <div id={`${id}-list`} role="listbox" aria-label={title} className="min-h-0 overflow-y-auto p-2">
              {found.map((choice) => (
                <div
                  key={choice.id}
                  id={`${id}-${choice.id}`}
                  role="option"
                  ref={choice === active ? bringIntoView : undefined}
                  aria-selected={choice === active}
                  className={clsx(
                    'flex min-h-9 cursor-default items-center gap-2.5 rounded-field px-2.5',
                    choice === active && 'bg-accent-soft',
                  )}
                  onPointerMove={() => setAt(found.indexOf(choice))}
                  onClick={() => choose(choice)}
                >
                  {choice.icon}
                  <span className="min-w-0 flex-1 truncate">
                    {choice.label}
                    {choice.hint !== undefined && <span className="text-muted"> {choice.hint}</span>}
                  </span>
                  {choice.shortcut !== undefined && <Kbd keys={choice.shortcut} />}
                </div>
              ))}
              {found.length === 0 && (
                <p className="px-2.5 py-6 text-center text-body text-muted">{choices.length === 0 ? empty : 'Nothing matches'}</p>
              )}
            </div>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  )
}

function filtered(choices: readonly Choice[], query: string): Choice[] {
  const parts = query
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== '')
  if (parts.length === 0) return [...choices]
  const score = ({ label, hint = '' }: Choice) => {
    const text = label.toLowerCase()
    if (!parts.every((part) => `${text} ${hint.toLowerCase()}`.includes(part))) return 0
    return text.startsWith(parts.join(' ')) ? 3 : parts.every((part) => text.includes(part)) ? 2 : 1
  }
  return choices
    .map((choice) => ({ choice, score: score(choice) }))
    .filter((one) => one.score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map((one) => one.choice)
}

function bringIntoView(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: 'nearest' })
}
