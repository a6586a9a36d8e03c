import { clsx } from 'clsx'
import type { RunStep } from '#shared/run.ts'
import { StatusChip } from '../ui/status-chip.tsx'
import { Elapsed } from '../words/elapsed.tsx'
import { When } from '../words/when.tsx'
import { stepKinds } from './run-words.ts'

interface StepListProps {
  steps: readonly RunStep[]
  nameOf: (nodeId: string, path: string) => string
  selected: string | undefined
  onSelect: (path: string) => void
}

/** The steps of a run as a plain list, in the order they started: the same facts as the canvas, for phones and screen readers. */
export function StepList({ steps, nameOf, selected, onSelect }: StepListProps) {
  if (steps.length === 0) return <p className="px-4 py-4 text-muted">The first step is about to start.</p>
  return (
    <ol aria-label="Steps" className="min-h-0 flex-1 overflow-y-auto bg-surface">
      {steps.map((step, index) => (
        <li key={step.path} className="border-b border-line">
          <button
            type="button"
            aria-pressed={step.path === selected}
            onClick={() => onSelect(step.path)}
            className={clsx(
              'flex w-full flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-left -outline-offset-2! hover:bg-hover',
              step.path === selected && 'bg-accent-soft',
            )}
          >
            <span className="tabular w-6 text-right text-small text-faint">{step.status !== 'skipped' && index + 1}</span>
            <span className="min-w-40 flex-1">
              <span className="block font-medium">{nameOf(step.nodeId, step.path)}</span>
              {step.error !== null && step.status === 'failed' && (
                <span className="block text-small text-failed">{step.error.message}</span>
              )}
            </span>
            <span className="flex items-center gap-4 text-small text-muted">
              {step.attempt > 1 && <span>Try {step.attempt}</span>}
              {step.startedAt !== null && step.status !== 'skipped' && (
                <>
                  <When at={step.startedAt} as="exact" />
                  <span className="w-20 text-right">
                    <Elapsed from={step.startedAt} to={step.finishedAt} />
                  </span>
                </>
              )}
              <span className="md:w-22">
                <StatusChip kind={stepKinds[step.status]} />
              </span>
            </span>
          </button>
        </li>
      ))}
    </ol>
  )
}
