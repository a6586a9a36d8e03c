import { Link } from '@tanstack/react-router'
import type { WholeRequest } from '#shared/inbox-request.ts'
import { When } from '../words/when.tsx'

const linkClass = 'text-accent underline'

/** The runs that came of a request: its own, and those somebody sent it through to. */
export function RequestRuns({ request: { flowId, runId, sent } }: { request: WholeRequest }) {
  const others = sent.filter((one) => one.runId !== runId)
  if (runId === null && others.length === 0) return null
  return (
    <section aria-label="Runs of this request">
      <h3 className="mb-1 text-label">Runs</h3>
      <ul className="flex flex-col gap-1 text-body">
        {others.map((one) => (
          <li key={one.runId} className="flex flex-wrap gap-x-2">
            <Link to="/flows/$flow/runs/$run" params={{ flow: flowId, run: one.runId }} className={linkClass}>
              {one.to === 'draft' ? 'Sent through the draft' : 'Sent through once more'}
            </Link>
            <span className="text-muted">
              <When at={one.at} />
            </span>
          </li>
        ))}
        {runId !== null && (
          <li>
            <Link to="/flows/$flow/runs/$run" params={{ flow: flowId, run: runId }} className={linkClass}>
              The run it started
            </Link>
          </li>
        )}
      </ul>
    </section>
  )
}
