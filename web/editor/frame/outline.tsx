import { clsx } from 'clsx'
import { useEffect, useRef, type KeyboardEvent as ReactKeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { nameOf } from '#shared/flow.ts'
import { StatusIcon } from '../../ui/status-chip.tsx'
import { familyTile } from '../canvas/family-look.ts'
import { StepIcon } from '../canvas/step-icon.tsx'
import { stateWords, stepState } from '../canvas/step-view.ts'
import { useKeys } from '../keys/use-keys.ts'
import { readingOrder, type ReadStep } from '../reading-order.ts'
import { useEditor, useEditorStore } from '../store.ts'

/** The flow as a list: the same steps, the same keys, for whoever would rather read than look. */
export function Outline({ opensOnClick = false }: { opensOnClick?: boolean }) {
  const editor = useEditorStore()
  const steps = useEditor((state) => readingOrder(state.document, state.catalog))
  const active = useEditor((state) => state.session.selection.at(-1))
  const tree = useRef<HTMLDivElement>(null)
  const onKeys = useKeys('outline')

  useEffect(() => {
    const item = active === undefined ? null : tree.current?.querySelector<HTMLElement>(`[data-outline="${active}"]`)
    item?.scrollIntoView({ block: 'nearest' })
    if (item !== null && item !== undefined && tree.current?.contains(document.activeElement) === true) item.focus()
  }, [active])

  const move = (by: number) => {
    const now = steps.findIndex((step) => step.id === active)
    const next = steps[Math.max(0, Math.min(steps.length - 1, now + by))]
    if (next !== undefined) editor.select([next.id])
  }
  const onKeyDown = (event: ReactKeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -steps.length, End: steps.length }[event.key]
    if (by !== undefined && !event.altKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault()
      event.stopPropagation()
      move(by)
    } else onKeys(event)
  }

  if (steps.length === 0) return <p className="px-4 py-2 text-body text-muted">No steps yet.</p>
  return (
    <div
      ref={tree}
      role="tree"
      aria-label="Steps of the flow"
      className="min-h-0 flex-1 overflow-y-auto px-2 pb-3"
      onKeyDown={onKeyDown}
    >
      {steps.map((step, index) => (
        <OutlineItem
          key={step.id}
          step={step}
          opensOnClick={opensOnClick}
          isActive={step.id === active}
          isTabStop={active === undefined ? index === 0 : step.id === active}
        />
      ))}
    </div>
  )
}

interface OutlineItemProps {
  step: ReadStep
  isActive: boolean
  isTabStop: boolean
  opensOnClick: boolean
}

function OutlineItem({ step, isActive, isTabStop, opensOnClick }: OutlineItemProps) {
  const editor = useEditorStore()
  const type = useEditor((state) => state.catalog.get(step.type))
  const state = useStore(editor.store, (all) => stepState(all, step.id))
  const name = step.type === 'note' ? 'Note' : nameOf(step)
  return (
    <div
      role="treeitem"
      aria-level={step.depth + 1}
      aria-selected={isActive}
      aria-label={[step.lane, name, type?.title, stateWords[state]].filter(Boolean).join(', ')}
      tabIndex={isTabStop ? 0 : -1}
      data-outline={step.id}
      className={clsx(
        'flex h-9 cursor-default items-center gap-2.5 rounded-field pr-2 -outline-offset-2!',
        isActive ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
      style={{ paddingLeft: 8 + step.depth * 16 }}
      onClick={() => (opensOnClick && step.type !== 'note' ? editor.openStep(step.id) : editor.select([step.id]))}
      onFocus={() => {
        if (!isActive) editor.select([step.id])
      }}
      onDoubleClick={() => editor.openStep(step.id)}
    >
      <span
        className={clsx(
          'grid size-6 shrink-0 place-items-center rounded-[6px] text-surface',
          type === undefined ? 'bg-off' : familyTile[type.family],
        )}
      >
        <StepIcon name={type?.icon} size={14} />
      </span>
      <span className="min-w-0 flex-1 truncate text-body">
        {step.lane !== '' && <span className="text-muted">{step.lane}: </span>}
        {name}
      </span>
      {state === 'worked' || state === 'failed' || state === 'running' || state === 'waiting' || state === 'stale' ? (
        <StatusIcon kind={state} size={14} />
      ) : state === 'unfinished' ? (
        <span className="size-2 rounded-full bg-waiting" title="Not finished" />
      ) : null}
    </div>
  )
}
