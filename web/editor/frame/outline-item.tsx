import { clsx } from 'clsx'
import { useStore } from 'zustand'
import { nameOf } from '#shared/flow-names.ts'
import { StatusIcon } from '../../ui/status-chip.tsx'
import { codeStepWords, insideWords } from '../../words/code-step-words.ts'
import { CodeStepIcon } from '../canvas/code-step-icon.tsx'
import { familyTile } from '../canvas/family-look.ts'
import { StepIcon } from '../canvas/step-icon.tsx'
import { stateIcons, stateWords, stepState } from '../canvas/step-view.ts'
import { codeStepKey, codeStepName, codeStepsOf, type InsideStep } from '../code-steps-of.ts'
import type { ReadStep } from '../reading-order.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { chooseEntry, openEntry, type OutlineEntry } from './outline-entry.ts'

interface OutlineItemProps {
  entry: OutlineEntry
  isActive: boolean
  isTabStop: boolean
  opensOnClick: boolean
}

/** A line of the outline. */
export function OutlineItem({ entry, isActive, isTabStop, opensOnClick }: OutlineItemProps) {
  const editor = useEditorStore()
  const { step, inside } = entry
  const looks = inside === undefined ? <StepLooks step={step} /> : <InsideLooks step={step} inside={inside} />
  return (
    <div
      role="treeitem"
      aria-level={step.depth + (inside === undefined ? 1 : 2)}
      aria-selected={isActive}
      aria-label={useLabel(entry)}
      tabIndex={isTabStop ? 0 : -1}
      data-outline={entry.id}
      className={clsx(
        'flex cursor-default items-center gap-2.5 rounded-field pr-2 -outline-offset-2!',
        inside === undefined ? 'h-9' : 'h-7',
        isActive ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
      style={{ paddingLeft: 8 + step.depth * 16 + (inside === undefined ? 0 : 34) }}
      onClick={() => (opensOnClick && step.type !== 'note' ? openEntry(editor, entry) : chooseEntry(editor, entry))}
      onFocus={() => {
        if (!isActive) chooseEntry(editor, entry)
      }}
      onDoubleClick={() => openEntry(editor, entry)}
    >
      {looks}
    </div>
  )
}

function useLabel({ step, inside }: OutlineEntry): string {
  const editor = useEditorStore()
  const type = useEditor((state) => state.catalog.get(step.type))
  const state = useStore(editor.store, (all) => stepState(all, step.id))
  const count = codeStepsOf(step).length
  const parts =
    inside === undefined
      ? [step.lane, titleOf(step), type?.title, stateWords[state], count > 0 && insideWords(count)]
      : [codeStepName(inside), codeStepWords(inside.kind), inside.inLoop && 'repeated', `inside ${titleOf(step)}`]
  return parts.filter(Boolean).join(', ')
}

function StepLooks({ step }: { step: ReadStep }) {
  const editor = useEditorStore()
  const type = useEditor((state) => state.catalog.get(step.type))
  const state = useStore(editor.store, (all) => stepState(all, step.id))
  return (
    <>
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
        {titleOf(step)}
      </span>
      {state === 'worked' || state === 'failed' || state === 'running' || state === 'waiting' || state === 'stale' ? (
        <StatusIcon kind={state} size={14} />
      ) : state === 'unfinished' ? (
        <span className="size-2 rounded-full bg-waiting" title="Not finished" />
      ) : null}
    </>
  )
}

function InsideLooks({ step, inside }: { step: ReadStep; inside: InsideStep }) {
  const state = useEditor(({ overlay }) => overlay.steps.get(step.id)?.inside?.get(codeStepKey(inside))?.state)
  const status = state && stateIcons[state]
  return (
    <>
      <span className="shrink-0 text-muted">
        <CodeStepIcon call={inside.kind} size={14} />
      </span>
      <span className="min-w-0 flex-1 truncate text-small">{codeStepName(inside)}</span>
      {status !== undefined && <StatusIcon kind={status} size={13} />}
    </>
  )
}

function titleOf(step: ReadStep): string {
  return step.type === 'note' ? 'Note' : nameOf(step)
}
