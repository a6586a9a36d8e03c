import { clsx } from 'clsx'
import { Search } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import { addStep } from '../commands/add-step.ts'
import { familyTile } from '../canvas/family-look.ts'
import { StepIcon } from '../canvas/step-icon.tsx'
import { exitLabel } from '../exits.ts'
import { findNode, indexOf } from '../document-index.ts'
import type { AddPlace, EditorState } from '../state.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { groupedTypes } from './rank-types.ts'

interface StepListProps {
  place: AddPlace
  onClose: () => void
}

/** The list to choose a step from. The search has the focus; arrows move, Enter adds, Esc closes. */
export function StepList({ place, onClose }: StepListProps) {
  const editor = useEditorStore()
  const catalog = useEditor((state) => state.catalog)
  const words = useEditor((state) => placeWords(state, place))
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const groups = useMemo(() => groupedTypes(catalog, place, query), [catalog, place, query])
  const flat = groups.flatMap((group) => group.types)
  const active = flat[Math.min(at, flat.length - 1)]
  const id = useId()
  const search = place.kind === 'start' ? 'Search for a start' : 'Search for a step'

  const choose = (type: string) => {
    editor.run(addStep, { type, place })
    document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  const move = (by: number) =>
    setAt((now) => (flat.length === 0 ? 0 : (Math.min(now, flat.length - 1) + by + flat.length) % flat.length))

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="px-3 pt-3 pb-2">
        <p className="mb-2 truncate text-small text-muted">{words}</p>
        <label className="relative flex">
          <span className="sr-only">{search}</span>
          <Search size={16} aria-hidden className="pointer-events-none absolute top-2 left-2.5 text-faint" />
          <input
            type="text"
            role="combobox"
            aria-expanded
            aria-controls={`${id}-list`}
            aria-activedescendant={active === undefined ? undefined : `${id}-${active.type}`}
            aria-autocomplete="list"
            autoComplete="off"
            spellCheck={false}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the list opened because somebody wants to type here
            autoFocus
            placeholder={search}
            value={query}
            className="h-8 w-full rounded-field border border-line-strong bg-surface pr-2 pl-8.5 text-body"
            onChange={(event) => {
              setQuery(event.currentTarget.value)
              setAt(0)
            }}
            onKeyDown={(event) => {
              event.stopPropagation()
              if (event.key === 'ArrowDown') move(1)
              else if (event.key === 'ArrowUp') move(-1)
              else if (event.key === 'Enter' && active !== undefined) choose(active.type)
              else if (event.key === 'Escape') onClose()
              else return
              event.preventDefault()
            }}
          />
        </label>
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="Steps" className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {groups.map((group) => (
          <div key={group.title} role="group" aria-label={group.title}>
            <p aria-hidden className="sticky top-0 z-1 bg-inherit px-2 pt-2 pb-1 text-mini text-faint">
              {group.title}
            </p>
            {group.types.map((type) => (
              <div
                key={type.type}
                id={`${id}-${type.type}`}
                role="option"
                ref={type === active ? bringIntoView : undefined}
                aria-selected={type === active}
                className={clsx(
                  'flex cursor-default items-start gap-2.5 rounded-field px-2 py-1.5',
                  type === active && 'bg-accent-soft',
                )}
                onPointerMove={() => setAt(flat.indexOf(type))}
                onClick={() => choose(type.type)}
              >
                <span
                  className={clsx(
                    'mt-1 grid size-7 shrink-0 place-items-center rounded-[7px] text-surface',
                    familyTile[type.family],
                  )}
                >
                  <StepIcon name={type.icon} size={15} />
                </span>
                <span className="min-w-0 flex-1">
                  <span className="block truncate text-label">{type.title}</span>
                  <span className="line-clamp-2 text-small text-muted">{type.description}</span>
                </span>
              </div>
            ))}
          </div>
        ))}
        {flat.length === 0 && (
          <p className="px-2 py-6 text-center text-body text-muted">
            Nothing is called “{query}”.{' '}
            {place.kind === 'start' ? (
              <>
                Most services can tell of what happens by a <OtherType title="web request" onChoose={() => choose('webhook')} />.
              </>
            ) : (
              <>
                A <OtherType title="code step" onChoose={() => choose('code')} /> can do almost anything.
              </>
            )}
          </p>
        )}
      </div>
    </div>
  )
}

/** What does for nearly everything that has no step of its own. */
function OtherType({ title, onChoose }: { title: string; onChoose: () => void }) {
  return (
    <button type="button" className="text-accent underline" onClick={onChoose}>
      {title}
    </button>
  )
}

/** What will happen to the step that is chosen. */
function placeWords({ document }: EditorState, place: AddPlace): string {
  const called = (id: string) => {
    const node = findNode(document, id)
    return node === undefined ? id : nameOf(node)
  }
  switch (place.kind) {
    case 'start':
      return 'What should start this?'
    case 'after': {
      const node = findNode(document, place.source)
      const lane = node === undefined ? '' : exitLabel(node, place.handle)
      return `After ${called(place.source)}${lane === '' ? '' : `, ${lane}`}`
    }
    case 'line': {
      const line = indexOf(document).edges.get(place.line)
      return line === undefined ? 'On the line' : `Between ${called(line.source)} and ${called(line.target)}`
    }
    case 'inside':
      return `Inside ${called(place.parent)}`
    case 'free':
      return 'Here'
    case 'replace':
      return `In place of ${called(place.nodeId)}`
  }
}

function bringIntoView(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: 'nearest' })
}
