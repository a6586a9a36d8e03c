import { useInfiniteQuery } from '@tanstack/react-query'
import type { Run, RunStep } from '#shared/run.ts'
import { insideQuery } from '../api/queries.ts'
import { CodeStepIcon } from '../editor/canvas/code-step-icon.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { StatusIcon, statusLooks } from '../ui/status-chip.tsx'
import { codeStepWords } from '../words/code-step-words.ts'
import { Elapsed } from '../words/elapsed.tsx'
import { useNow } from '../words/use-now.ts'
import { stepKinds } from './run-words.ts'
import { insideLabel } from './step-words.ts'
import { waitText } from './wait-text.ts'

interface InsideStepsProps {
  run: Run
  /** The step whose code asked. */
  path: string
  onSelect: (path: string) => void
}

/** What a step's code asked for, in the order of asking; read page by page, since there may be a thousand. */
export function InsideSteps({ run, path, onSelect }: InsideStepsProps) {
  const inside = useInfiniteQuery(insideQuery(run.id, path))
  if (inside.isPending) return <PagePending />
  if (inside.data === undefined) return <ProblemState error={inside.error} onRetry={() => void inside.refetch()} />
  const steps = inside.data.pages.flatMap((page) => page.items)
  return (
    <div className="flex flex-col gap-3">
      <ol aria-label="Steps inside" className="-mx-2 flex flex-col">
        {steps.map((step) => (
          <li key={step.path} className="[contain-intrinsic-size:auto_48px] [content-visibility:auto]">
            <InsideStep run={run} step={step} onSelect={onSelect} />
          </li>
        ))}
      </ol>
      {inside.hasNextPage && (
        <Button className="self-center" busy={inside.isFetchingNextPage} onClick={() => void inside.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  )
}

function InsideStep({ run, step, onSelect }: { run: Run; step: RunStep; onSelect: (path: string) => void }) {
  const kind = stepKinds[step.status]
  return (
    <button
      type="button"
      onClick={() => onSelect(step.path)}
      className="flex min-h-12 w-full items-center gap-3 rounded-field px-2 py-1.5 text-left -outline-offset-2! hover:bg-hover"
    >
      <span className="shrink-0 text-muted">
        <CodeStepIcon call={step.call} size={16} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{insideLabel(step.path)}</span>
        <span className="block truncate text-small text-muted">
          {step.status === 'failed' && step.error !== null ? (
            <span className="text-failed">{step.error.message}</span>
          ) : (
            <Waiting run={run} step={step} />
          )}
        </span>
      </span>
      {step.attempt > 1 && <span className="shrink-0 text-small text-muted">Try {step.attempt}</span>}
      {step.startedAt !== null && (
        <span className="shrink-0 text-small text-muted">
          <Elapsed from={step.startedAt} to={step.finishedAt} />
        </span>
      )}
      <span className={statusLooks[kind].ink} title={statusLooks[kind].word}>
        <StatusIcon kind={kind} size={15} />
        <span className="sr-only">{statusLooks[kind].word}</span>
      </span>
    </button>
  )
}

/** What it is, or what it waits for. */
function Waiting({ run, step }: { run: Run; step: RunStep }) {
  const now = useNow()
  const wait = run.waits.find(({ path }) => path === step.path)
  return wait === undefined ? codeStepWords(step.call) : waitText(wait, now)
}
