import { clsx } from 'clsx'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { StepList } from './step-list.tsx'
import { Timeline } from './timeline.tsx'
import { useIsNarrow } from './use-is-narrow.ts'

const views = [
  { view: 'canvas', label: 'Canvas' },
  { view: 'timeline', label: 'Timeline' },
  { view: 'list', label: 'List' },
] as const
export type RunView = (typeof views)[number]['view']

const waitTypes = new Set(['delay', 'waitForCall', 'waitForEvent', 'approval'])

interface RunViewsProps {
  run: Run
  steps: readonly RunStep[]
  document: Flow | undefined
  catalog: Catalog | undefined
  nameOf: (nodeId: string) => string
  typeOf: (nodeId: string) => string | undefined
  view: RunView | undefined
  onView: (view: RunView) => void
  selected: string | undefined
  onSelect: (path: string) => void
  problem: Error | null
  onRetry: () => void
  showMore: (() => void) | undefined
}

/** The run drawn on its canvas with the timeline below, as a timeline alone, or as a list (the only one on a phone). */
export function RunViews({
  run,
  steps,
  nameOf,
  typeOf,
  view,
  onView,
  selected,
  onSelect,
  problem,
  onRetry,
  showMore,
}: RunViewsProps) {
  const isNarrow = useIsNarrow()
  const shown = isNarrow && view !== 'timeline' ? 'list' : (view ?? 'canvas')
  const isWaitStep = (nodeId: string) => waitTypes.has(typeOf(nodeId) ?? '')
  const timeline = (
    <Timeline run={run} steps={steps} nameOf={nameOf} isWaitStep={isWaitStep} selected={selected} onSelect={onSelect} />
  )
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
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
      ) : shown === 'list' ? (
        <StepList steps={steps} nameOf={nameOf} selected={selected} onSelect={onSelect} />
      ) : (
        timeline
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
