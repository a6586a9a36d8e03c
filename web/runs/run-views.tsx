import { clsx } from 'clsx'
import { lazy, Suspense } from 'react'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { ProblemState } from '../shell/page-problem.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { Button } from '../ui/button.tsx'
import { StepList } from './step-list.tsx'
import { Timeline } from './timeline.tsx'
import { useIsNarrow } from './use-is-narrow.ts'

const views = [
  { view: 'canvas', label: 'Canvas' },
  { view: 'timeline', label: 'Timeline' },
  { view: 'list', label: 'List' },
] as const
type RunView = (typeof views)[number]['view']

// Apart, so that lists of steps and phones load no canvas.
const RunCanvas = lazy(async () => ({ default: (await import('./run-canvas.tsx')).RunCanvas }))

const waitTypes = new Set(['delay', 'waitForCall', 'waitForForm', 'waitForEvent', 'approval'])
const waitCalls = new Set(['sleep', 'waitForCall', 'waitForEvent', 'waitForApproval'])

interface RunViewsProps {
  run: Run
  steps: readonly RunStep[]
  isReading: boolean
  document: Flow | undefined
  catalog: Catalog | undefined
  nameOf: (nodeId: string, path: string) => string
  typeOf: (nodeId: string) => string | undefined
  view: RunView | undefined
  onView: (view: RunView) => void
  selected: string | undefined
  onSelect: (path: string | undefined) => void
  problem: Error | null
  onRetry: () => void
  showMore: (() => void) | undefined
}

/** The run drawn on its canvas with the timeline below, as a timeline alone, or as a list (the only one on a phone). */
export function RunViews(props: RunViewsProps) {
  const {
    run,
    steps,
    isReading,
    document,
    catalog,
    nameOf,
    typeOf,
    view,
    onView,
    selected,
    onSelect,
    problem,
    onRetry,
    showMore,
  } = props
  const isNarrow = useIsNarrow()
  const shown = isNarrow && view !== 'timeline' ? 'list' : (view ?? 'canvas')
  const isWaitStep = ({ nodeId, call }: RunStep) =>
    call === undefined ? waitTypes.has(typeOf(nodeId) ?? '') : waitCalls.has(call)
  const timeline = (
    <Timeline run={run} steps={steps} nameOf={nameOf} isWaitStep={isWaitStep} selected={selected} onSelect={onSelect} />
  )
  return (
    <div className="flex min-w-0 flex-col md:min-h-0 md:flex-1">
      <div role="group" aria-label="Show as" className="flex shrink-0 gap-1 border-b border-line bg-bg px-3 py-1.5">
        {views
          .filter((each) => !isNarrow || each.view !== 'canvas')
          .map((each) => (
            <button
              key={each.view}
              type="button"
              aria-pressed={shown === each.view}
              onClick={() => onView(each.view)}
              className={clsx(
                'h-7 rounded-field px-2.5 text-label',
                shown === each.view ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-hover hover:text-ink',
              )}
            >
              {each.label}
            </button>
          ))}
      </div>
      {problem !== null ? (
        <ProblemState error={problem} onRetry={onRetry} />
      ) : isReading ? (
        <PagePending />
      ) : shown === 'list' ? (
        <StepList steps={steps} nameOf={nameOf} selected={selected} onSelect={onSelect} />
      ) : shown === 'timeline' ? (
        timeline
      ) : (
        <>
          {document === undefined || catalog === undefined ? (
            <PagePending />
          ) : (
            <Suspense fallback={<PagePending />}>
              <RunCanvas run={run} steps={steps} document={document} catalog={catalog} selected={selected} onSelect={onSelect} />
            </Suspense>
          )}
          <div className="flex h-60 shrink-0 border-t border-line">{timeline}</div>
        </>
      )}
      {showMore !== undefined && (
        <div className="flex shrink-0 justify-center border-t border-line bg-surface py-2">
          <Button size="small" onClick={showMore}>
            Show more steps
          </Button>
        </div>
      )}
    </div>
  )
}
