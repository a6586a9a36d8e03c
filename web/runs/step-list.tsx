import { clsx } from 'clsx'
import { useMemo, useState } from 'react'
import type { RunStep } from '#shared/run.ts'
import { CodeStepIcon } from '../editor/canvas/code-step-icon.tsx'
import { Button } from '../ui/button.tsx'
import { StatusChip, StatusIcon, statusLooks } from '../ui/status-chip.tsx'
import { Elapsed } from '../words/elapsed.tsx'
import { When } from '../words/when.tsx'
import { MoreInside } from './more-inside.tsx'
import { stepKinds } from './run-words.ts'
import { firstInside, moreInside, stepRows } from './step-rows.ts'
import { insideLabel } from './step-words.ts'

/** Rows of a list are of any height, so that it grows by pages. */
const rowsAtOnce = 200

interface StepListProps {
  steps: readonly RunStep[]
  nameOf: (nodeId: string, path: string) => string
  selected: string | undefined
  onSelect: (path: string) => void
}

/** The steps of a run as a plain list, in the order they started: the same facts as the canvas, for phones and screen readers. */
export function StepList({ steps, nameOf, selected, onSelect }: StepListProps) {
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map())
  const [most, setMost] = useState(rowsAtOnce)
  const rows = useMemo(() => stepRows(steps, shown, selected), [steps, shown, selected])
  // What is chosen is in the list, however far down.
  const listed = Math.max(most, rows.findIndex((row) => row.kind !== 'more' && row.step.path === selected) + 1)
  if (steps.length === 0) return <p className="px-4 py-4 text-muted">The first step is about to start.</p>
  return (
    <ol aria-label="Steps" className="min-h-0 flex-1 overflow-y-auto bg-surface">
      {rows.slice(0, listed).map((row) => (
        <li key={row.key} className="border-b border-line [contain-intrinsic-size:auto_46px] [content-visibility:auto]">
          {row.kind === 'more' ? (
            <MoreInside
              hidden={row.hidden}
              failed={row.failed}
              className="pr-4 pl-20"
              onMore={() => setShown(new Map(shown).set(row.by, (shown.get(row.by) ?? firstInside) + moreInside))}
            />
          ) : (
            <StepLine
              step={row.step}
              isInside={row.kind === 'inside'}
              place={row.kind === 'step' ? row.place : undefined}
              name={row.kind === 'inside' ? insideLabel(row.step.path) : nameOf(row.step.nodeId, row.step.path)}
              isSelected={row.step.path === selected}
              onSelect={onSelect}
            />
          )}
        </li>
      ))}
      {rows.length > listed && (
        <li className="flex justify-center py-2">
          <Button size="small" onClick={() => setMost(listed + rowsAtOnce)}>
            Show more of {rows.length.toLocaleString('en')}
          </Button>
        </li>
      )}
    </ol>
  )
}

interface StepLineProps {
  step: RunStep
  isInside: boolean
  place: number | undefined
  name: string
  isSelected: boolean
  onSelect: (path: string) => void
}

function StepLine({ step, isInside, place, name, isSelected, onSelect }: StepLineProps) {
  const kind = stepKinds[step.status]
  return (
    <button
      type="button"
      aria-pressed={isSelected}
      onClick={() => onSelect(step.path)}
      className={clsx(
        'flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-left -outline-offset-2! hover:bg-hover',
        isInside && 'pl-14',
        isSelected && 'bg-accent-soft',
      )}
    >
      {isInside ? (
        <span className="text-muted">
          <CodeStepIcon call={step.call} size={16} />
        </span>
      ) : (
        <span className="tabular w-6 text-right text-small text-faint">{step.status !== 'skipped' && place}</span>
      )}
      <span className={clsx('flex-1', isInside ? 'min-w-0' : 'min-w-40')}>
        <span className={clsx('block', isInside ? 'truncate' : 'font-medium')}>{name}</span>
        {step.error !== null && step.status === 'failed' && (
          <span className="block text-small text-failed">{step.error.message}</span>
        )}
      </span>
      <span className={clsx('flex items-center gap-4 text-small text-muted', !isInside && 'max-sm:w-full max-sm:pl-10')}>
        {step.attempt > 1 && <span>Try {step.attempt}</span>}
        {step.startedAt !== null && step.status !== 'skipped' && (
          <>
            <span className={clsx(isInside && 'max-sm:hidden')}>
              <When at={step.startedAt} as="exact" />
            </span>
            <span className="text-right sm:w-20">
              <Elapsed from={step.startedAt} to={step.finishedAt} />
            </span>
          </>
        )}
        {isInside && (
          <span className={clsx('sm:hidden', statusLooks[kind].ink)}>
            <StatusIcon kind={kind} size={15} />
            <span className="sr-only">{statusLooks[kind].word}</span>
          </span>
        )}
        <span className={clsx('md:w-22', isInside && 'max-sm:hidden')}>
          <StatusChip kind={kind} />
        </span>
      </span>
    </button>
  )
}
