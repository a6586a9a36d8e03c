import { Link } from '@tanstack/react-router'
import { ChevronRight, RotateCcw } from 'lucide-react'
import type { Run, RunError } from '#shared/run.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { adviceFor } from './error-advice.ts'

interface ErrorCardProps {
  error: RunError
  run: Run
  /** The step to open in the editor; absent when the run failed as a whole. */
  nodeId?: string | undefined
  retry?: { start: () => void; isBusy: boolean; keptSteps: number } | undefined
}

/** What went wrong, why, and what to do next; the details for developers stay folded. */
export function ErrorCard({ error, run, nodeId, retry }: ErrorCardProps) {
  const advice = adviceFor(error.code)
  const place = error.line === undefined ? '' : ` (line ${error.line})`
  return (
    <Notice
      tone="problem"
      title={<span className="break-words">{`${error.message}${place}`}</span>}
      actions={
        (nodeId !== undefined || retry !== undefined) && (
          <>
            {retry !== undefined && (
              <Button icon={<RotateCcw size={15} aria-hidden />} busy={retry.isBusy} onClick={retry.start}>
                Try again from here
              </Button>
            )}
            {nodeId !== undefined && (
              <Link
                to="/flows/$flow"
                params={{ flow: run.flowId }}
                search={{ step: nodeId, line: error.line }}
                className={buttonClass({})}
              >
                Change the step
              </Link>
            )}
            {retry !== undefined && retry.keptSteps > 0 && (
              <p className="w-full text-small text-muted">
                {retry.keptSteps === 1
                  ? 'The step that worked is not repeated.'
                  : `The ${retry.keptSteps} steps that worked are not repeated.`}
              </p>
            )}
          </>
        )
      }
    >
      {advice !== undefined && <p>{advice}</p>}
      <details data-dev className="group mt-2">
        <summary className="flex list-none items-center gap-1 text-small text-muted hover:text-ink">
          <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
          Developer details
        </summary>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 font-mono text-small">
          <dt>code</dt>
          <dd className="break-words text-ink">{error.code}</dd>
          {error.status !== undefined && (
            <>
              <dt>status</dt>
              <dd className="text-ink">{error.status}</dd>
            </>
          )}
          {error.path !== undefined && (
            <>
              <dt>step</dt>
              <dd className="break-words text-ink">{error.path}</dd>
            </>
          )}
          {error.line !== undefined && (
            <>
              <dt>line</dt>
              <dd className="text-ink">{error.column === undefined ? error.line : `${error.line}:${error.column}`}</dd>
            </>
          )}
          <dt>run</dt>
          <dd className="break-words text-ink">{run.id}</dd>
        </dl>
        {error.stack !== undefined && <pre className="mt-2 overflow-x-auto font-mono text-small text-ink">{error.stack}</pre>}
        {error.details !== undefined && error.details !== null && (
          <pre className="mt-2 max-h-60 overflow-auto font-mono text-small text-ink">
            {JSON.stringify(error.details, null, 2)}
          </pre>
        )}
      </details>
    </Notice>
  )
}
