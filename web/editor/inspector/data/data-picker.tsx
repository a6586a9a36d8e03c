import { clsx } from 'clsx'
import { ChevronDown, ChevronRight, FlaskConical, Search } from 'lucide-react'
import { useCallback, useDeferredValue, useEffect, useId, useMemo, useState, type KeyboardEvent } from 'react'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Kbd } from '../../../ui/kbd.tsx'
import { TypeIcon } from '../type-icon.tsx'
import { useEditor, useEditorStore } from '../../store.ts'
import { useRounds, useStepId } from '../step-in-focus.ts'
import { testStep } from '../test-step.ts'
import { dataToPick } from './data-sources.ts'
import { promisedBy } from './promised-by.ts'
import { pickerSections, type PickerRow, type PickerSection } from './picker-rows.ts'
import { agoWords } from './value-words.ts'

export interface DataPickerProps {
  /** Puts the chosen data into the field; `stay` when the person wants to choose more. */
  onInsert: (hole: string, stay: boolean) => void
  /** Closed without a choice; `question` is what was typed. */
  onCancel: (question: string) => void
}

/** The list of what earlier steps gave, searched by name and by sample value. The focus stays in the search. */
export function DataPicker({ onInsert, onCancel }: DataPickerProps) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const flow = useEditor((state) => state.document)
  const catalog = useEditor((state) => state.catalog)
  const samples = useEditor((state) => state.overlay.samples)
  const [question, setQuestion] = useState('')
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [highlighted, setHighlighted] = useState(0)
  const asked = useDeferredValue(question)
  const listId = useId()

  const sources = useMemo(() => dataToPick(flow, stepId, catalog), [flow, stepId, catalog])
  const rounds = useRounds()
  const sectionsFor = useCallback(
    (words: string) =>
      pickerSections({
        sources,
        sampleOf: (id) => rounds.get(id) ?? samples.get(id)?.value,
        outputOf: ({ node }) => promisedBy(node, catalog.get(node.type)),
        question: words,
        toggled,
      }),
    [sources, samples, rounds, catalog, toggled],
  )
  const sections = useMemo(() => sectionsFor(asked), [sectionsFor, asked])
  const rows = useMemo(() => sections.flatMap((section) => section.rows), [sections])
  const current = rows[Math.min(highlighted, rows.length - 1)]

  useEffect(() => {
    if (current !== undefined) document.getElementById(idOfRow(listId, current))?.scrollIntoView({ block: 'nearest' })
  }, [listId, current])

  function choose(row: PickerRow, stay: boolean): void {
    if (row.kind === 'test') void testStep(editor, row.stepId)
    else onInsert(row.insert, stay)
  }

  function toggle(row: PickerRow | undefined, open: boolean): boolean {
    if (row?.kind !== 'value' || row.open === undefined || row.open === open) return false
    setToggled(new Map(toggled).set(row.id, open))
    return true
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    const { selectionStart, value } = event.currentTarget
    if (event.key === 'ArrowDown') setHighlighted(Math.min(highlighted + 1, rows.length - 1))
    else if (event.key === 'ArrowUp') setHighlighted(Math.max(Math.min(highlighted, rows.length - 1) - 1, 0))
    else if (event.key === 'Enter') {
      // Typed faster than the list is drawn, it is still what was typed that counts.
      const meant = value === asked ? current : sectionsFor(value).flatMap((section) => section.rows)[0]
      if (meant === undefined) return
      choose(meant, event.shiftKey)
    }
    // In the text of the search the arrows still move the caret.
    else if (event.key === 'ArrowRight' && selectionStart === value.length && toggle(current, true)) return event.preventDefault()
    else if (event.key === 'ArrowLeft' && selectionStart === 0 && toggle(current, false)) return event.preventDefault()
    else if (event.key === 'Escape') {
      // The editor closes the inspector on Esc; this one is only about the list.
      event.stopPropagation()
      onCancel(question)
    } else return
    event.preventDefault()
  }

  return (
    <div className="flex h-120 max-h-(--available-height) w-100 max-w-[calc(100vw-2rem)] flex-col">
      <div className="relative border-b border-line">
        <Search size={16} aria-hidden className="absolute top-3 left-3 text-faint" />
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens because somebody asked for it
          autoFocus
          role="combobox"
          aria-label="Search earlier data"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={current === undefined ? undefined : idOfRow(listId, current)}
          value={question}
          onChange={(event) => {
            setQuestion(event.target.value)
            setHighlighted(0)
          }}
          onKeyDown={onKeyDown}
          placeholder="Search names and sample values"
          className="h-10 w-full rounded-t-card bg-transparent pr-3 pl-9 text-body -outline-offset-2!"
        />
      </div>
      {sources.length === 0 ? (
        <EmptyState size="panel" title="No earlier data" text="Only steps before this one can give data." />
      ) : (
        <div id={listId} role="listbox" aria-label="Earlier data" className="min-h-0 flex-1 overflow-y-auto p-1">
          {sections.map((section, index) => (
            <SectionRows
              key={section.source.node.id}
              section={section}
              isFirstSometimes={!section.source.always && (sections[index - 1]?.source.always ?? true)}
              current={current}
              idOf={(row) => idOfRow(listId, row)}
              onChoose={choose}
              onToggle={toggle}
            />
          ))}
          {rows.length === 0 && (
            <p role="option" aria-selected={false} aria-disabled className="px-3 py-8 text-center text-body text-muted">
              No field or sample value contains “{asked.trim()}”.
            </p>
          )}
        </div>
      )}
      <p className="flex items-center gap-1.5 border-t border-line px-3 py-1.5 text-small text-muted">
        <Kbd keys="Enter" /> puts it in
        <Kbd keys="Shift+Enter" /> and stays
        <Kbd keys="Esc" /> closes
      </p>
    </div>
  )
}

/** An id of the page may hold no blanks; names of fields may. */
function idOfRow(listId: string, row: PickerRow): string {
  return `${listId} ${row.id}`.replaceAll(/\s/g, '_')
}

interface SectionRowsProps {
  section: PickerSection
  isFirstSometimes: boolean
  current: PickerRow | undefined
  idOf: (row: PickerRow) => string
  onChoose: (row: PickerRow, stay: boolean) => void
  onToggle: (row: PickerRow, open: boolean) => void
}

function SectionRows({ section, isFirstSometimes, current, idOf, onChoose, onToggle }: SectionRowsProps) {
  const { source, rows } = section
  const headingId = useId()
  const at = useEditor((state) => state.overlay.samples.get(source.node.id)?.at)
  const [now] = useState(Date.now)
  return (
    <div role="group" aria-labelledby={headingId}>
      {isFirstSometimes && (
        <p role="presentation" className="mt-2 border-t border-line px-2.5 pt-2.5 text-small text-muted">
          <b className="text-label text-ink">Sometimes runs</b> — empty when the flow went another way
        </p>
      )}
      <p id={headingId} role="presentation" className="flex items-center gap-2 px-2.5 pt-2.5 pb-1 text-label">
        <TypeIcon type={source.node.type} size={16} />
        <span className="truncate">{source.name}</span>
        {at !== undefined && <span className="ml-auto shrink-0 text-small text-muted">{agoWords(at, now)}</span>}
      </p>
      {rows.map((row) => (
        <OptionRow key={row.id} row={row} id={idOf(row)} isCurrent={row === current} onChoose={onChoose} onToggle={onToggle} />
      ))}
    </div>
  )
}

interface OptionRowProps extends Pick<SectionRowsProps, 'onChoose' | 'onToggle'> {
  row: PickerRow
  id: string
  isCurrent: boolean
}

function OptionRow({ row, id, isCurrent, onChoose, onToggle }: OptionRowProps) {
  return (
    // The keyboard never comes here: it stays in the search, which says which option is meant.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="option"
      aria-selected={isCurrent}
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => onChoose(row, event.shiftKey)}
      style={{ paddingLeft: 10 + row.depth * 16 }}
      className={clsx(
        'flex h-8 cursor-default items-center gap-2 rounded-field pr-2.5 text-body hover:bg-hover',
        isCurrent && 'bg-accent-soft hover:bg-accent-soft',
      )}
    >
      {row.kind === 'test' ? (
        <>
          <FlaskConical size={16} aria-hidden className="shrink-0 text-accent" />
          <span className="truncate text-accent">{row.label}</span>
        </>
      ) : (
        <>
          <span
            className={clsx(
              '-ml-1 flex size-5 shrink-0 items-center justify-center rounded-[4px] text-muted',
              row.open !== undefined && 'hover:bg-hover',
            )}
            onClick={(event) => {
              if (row.open === undefined) return
              event.stopPropagation()
              onToggle(row, !row.open)
            }}
          >
            {row.open === true && <ChevronDown size={14} aria-hidden />}
            {row.open === false && <ChevronRight size={14} aria-hidden />}
          </span>
          <span className="min-w-0 truncate">{row.label}</span>
          {row.ownName !== undefined && (
            <span data-dev className="max-w-[40%] shrink truncate font-mono text-mini text-faint">
              {row.ownName}
            </span>
          )}
          {row.word !== undefined && <span className="shrink-0 text-small text-muted">{row.word}</span>}
          <span
            className={clsx(
              'ml-auto shrink-0 truncate text-small text-muted',
              row.ownName === undefined ? 'max-w-1/2' : 'max-w-1/3',
            )}
          >
            {row.preview}
          </span>
        </>
      )}
    </div>
  )
}
