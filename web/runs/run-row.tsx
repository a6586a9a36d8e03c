import { Link } from '@tanstack/react-router'
import type { RunSummary } from '#shared/run.ts'
import { StatusChip } from '../ui/status-chip.tsx'
import { Elapsed } from '../words/elapsed.tsx'
import { When } from '../words/when.tsx'
import { runSubject, versionText } from './run-subject.ts'
import { runKinds } from './run-words.ts'

/** One run in the list: its subject leads, else its flow, and what went wrong is said in place. The whole row opens it. */
export function RunRow({ run, flowName }: { run: RunSummary; flowName: string | undefined }) {
  const [first, second] =
    run.subject === null && flowName !== undefined ? [flowName, runSubject(run)] : [runSubject(run), flowName]
  return (
    <li className="relative flex flex-col gap-x-4 gap-y-1.5 border-b border-line px-4 py-2.5 last:border-b-0 hover:bg-hover has-[a:focus-visible]:bg-hover lg:flex-row lg:items-center">
      <div className="flex items-center gap-4 lg:contents">
        <span className="lg:w-26">
          <StatusChip kind={runKinds[run.status]} />
        </span>
        <div className="min-w-0 flex-1">
          <p className="flex min-w-0 items-baseline gap-2">
            <Link
              to="/flows/$flow/runs/$run"
              params={{ flow: run.flowId, run: run.id }}
              className="truncate text-body font-medium after:absolute after:inset-0 after:content-['']"
            >
              {first}
            </Link>
            {second !== undefined && <span className="truncate text-small text-muted">{second}</span>}
          </p>
          {run.error !== null && run.status === 'failed' && (
            <p className="truncate text-small text-failed">{run.error.message}</p>
          )}
        </div>
      </div>
      <div className="flex items-center gap-4 text-small text-muted">
        <span className="lg:w-28">
          <When at={run.createdAt} />
        </span>
        <span className="lg:w-20">{run.startedAt === null ? '–' : <Elapsed from={run.startedAt} to={run.finishedAt} />}</span>
        <span className="tabular lg:w-10">{versionText(run.version)}</span>
      </div>
    </li>
  )
}
