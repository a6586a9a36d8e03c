import { useInfiniteQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { logsQuery } from '../api/queries.ts'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { When } from '../words/when.tsx'

const inks = { debug: 'text-faint', info: 'text-ink', warn: 'text-waiting', error: 'text-failed' } as const

/** What a step wrote to its log, oldest first. */
export function LogView({ runId, path, attempt }: { runId: string; path: string; attempt: number | undefined }) {
  const logs = useInfiniteQuery(logsQuery(runId, path))
  if (logs.isPending) return <PagePending />
  if (logs.data === undefined) return <ProblemState error={logs.error} onRetry={() => void logs.refetch()} />
  const lines = logs.data.pages.flatMap((page) => page.items).filter((line) => attempt === undefined || line.attempt === attempt)
  if (lines.length === 0) return <EmptyState size="panel" title="Nothing in the log" text="Code writes here with log(…)." />
  return (
    <div className="flex flex-col gap-3">
      <ol className="overflow-x-auto rounded-field bg-sunken py-2 font-mono text-code">
        {lines.map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- lines are only ever added at the end, and equal ones occur
          <li key={index} className="flex gap-3 px-3 py-0.5 hover:bg-hover">
            <span className="shrink-0 text-faint">
              <When at={line.at} as="exact" />
            </span>
            <span className={clsx('min-w-0 break-words whitespace-pre-wrap', inks[line.level])}>
              {line.level !== 'info' && <span className="font-medium">{line.level} </span>}
              {line.message}
              {line.data !== undefined && <span className="text-muted"> {dataText(line.data)}</span>}
            </span>
          </li>
        ))}
      </ol>
      {logs.hasNextPage && (
        <Button className="self-center" busy={logs.isFetchingNextPage} onClick={() => void logs.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  )
}

function dataText(data: Json): string {
  return isJsonObject(data) || Array.isArray(data) ? JSON.stringify(data) : String(data)
}
