import { Link } from '@tanstack/react-router'
import { ChevronLeft, OctagonMinus, RotateCcw, WifiOff } from 'lucide-react'
import type { Run } from '#shared/run.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Menu } from '../ui/menu.tsx'
import { StatusChip } from '../ui/status-chip.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { Elapsed } from '../words/elapsed.tsx'
import { useNow } from '../words/use-now.ts'
import { When } from '../words/when.tsx'
import { runSubject, versionText } from './run-subject.ts'
import { isOver, runKinds } from './run-words.ts'
import type { StreamState } from './use-run-stream.ts'
import type { useRunActions } from './use-run-actions.ts'
import { waitText } from './wait-text.ts'

interface RunHeaderProps {
  run: Run
  flowName: string | undefined
  actions: ReturnType<typeof useRunActions>
  stream: StreamState
}

export function RunHeader({ run, flowName, actions: { stop, retry }, stream }: RunHeaderProps) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-surface py-2 pr-3 pl-2 md:min-h-12">
      <div className="flex min-w-0 items-center gap-2">
        <Tooltip text="All runs of this flow">
          <Link
            to="/flows/$flow/runs"
            params={{ flow: run.flowId }}
            aria-label="All runs of this flow"
            className={`${buttonClass({ variant: 'quiet' })} size-8 px-0!`}
          >
            <ChevronLeft size={20} aria-hidden />
          </Link>
        </Tooltip>
        <div className="flex min-w-0 flex-col lg:flex-row lg:items-baseline lg:gap-2.5">
          <h1 className="truncate text-h2">{runSubject(run)}</h1>
          {flowName !== undefined && (
            <Link
              to="/flows/$flow"
              params={{ flow: run.flowId }}
              className="truncate text-small text-muted hover:text-ink hover:underline"
            >
              {flowName}
            </Link>
          )}
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-3 text-small text-muted max-md:pl-2">
        <span role="status">
          <RunStatusChip run={run} />
        </span>
        <Badge>{versionText(run.version)}</Badge>
        <When at={run.startedAt ?? run.createdAt} as="exact" />
        {run.startedAt !== null && <Elapsed from={run.startedAt} to={run.finishedAt} />}
        <span role="status">
          {stream === 'reconnecting' && (
            <Badge tone="waiting" icon={<WifiOff size={13} aria-hidden />}>
              Reconnecting…
            </Badge>
          )}
        </span>
      </div>
      <div className="ml-auto flex gap-2">
        {run.status === 'failed' && (
          <Button
            variant="primary"
            icon={<RotateCcw size={16} aria-hidden />}
            busy={retry.isPending}
            onClick={() => retry.mutate()}
          >
            Try again
          </Button>
        )}
        {!isOver(run.status) && (
          <Menu
            trigger={
              <Button icon={<OctagonMinus size={16} aria-hidden />} busy={stop.isPending}>
                Stop
              </Button>
            }
            entries={[
              { label: 'Stop after this step', onSelect: () => stop.mutate('afterStep') },
              { label: 'Stop now (what a step is doing may still happen)', danger: true, onSelect: () => stop.mutate('now') },
            ]}
          />
        )}
      </div>
    </header>
  )
}

function RunStatusChip({ run }: { run: Run }) {
  const wait = run.status === 'waiting' ? run.waits[0] : undefined
  return wait === undefined ? <StatusChip kind={runKinds[run.status]} /> : <WaitingChip run={run} wait={wait} />
}

/** Apart from the rest, because only it has to look at the clock. */
function WaitingChip({ run, wait }: { run: Run; wait: Run['waits'][number] }) {
  const now = useNow()
  return <StatusChip kind={runKinds[run.status]} word={waitText(wait, now)} />
}
