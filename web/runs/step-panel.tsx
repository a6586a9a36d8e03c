import { X } from 'lucide-react'
import { useState } from 'react'
import type { Run, RunStep } from '#shared/run.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Select } from '../ui/select.tsx'
import { StatusChip } from '../ui/status-chip.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Elapsed } from '../words/elapsed.tsx'
import { When } from '../words/when.tsx'
import { ErrorCard } from './error-card.tsx'
import { LogView } from './log-view.tsx'
import { stepKinds } from './run-words.ts'
import { ValueView } from './value-view.tsx'
import { WaitNotice } from './wait-notice.tsx'

type Tab = 'in' | 'out' | 'log'

interface StepPanelProps {
  run: Run
  step: RunStep
  name: string
  /** The attempt that is looked at; the last one unless chosen. */
  attempt: number | undefined
  onAttempt: (attempt: number) => void
  onClose: () => void
  retry: { start: () => void; isBusy: boolean; keptSteps: number } | undefined
}

/** Everything about one step of a run: what went wrong first, then what came in, what came out, and its log. */
export function StepPanel({ run, step, name, attempt, onAttempt, onClose, retry }: StepPanelProps) {
  const [tab, setTab] = useState<Tab>(step.error === null ? 'out' : 'in')
  const chosen = step.attempts.find((each) => each.attempt === attempt) ?? step.attempts.at(-1)
  const isLast = chosen === undefined || chosen === step.attempts.at(-1)
  const error = isLast ? (step.error ?? chosen?.error ?? null) : (chosen?.error ?? null)
  const wait = run.waits.find((each) => each.path === step.path)
  return (
    <>
      <header className="flex flex-wrap items-start gap-2 px-4 pt-3 pb-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-h2">{name}</h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-small text-muted">
            <StatusChip kind={stepKinds[step.status]} />
            {step.startedAt !== null && step.status !== 'skipped' && (
              <>
                <When at={chosen?.startedAt ?? step.startedAt} as="exact" />
                <Elapsed
                  from={chosen?.startedAt ?? step.startedAt}
                  to={chosen === undefined ? step.finishedAt : chosen.finishedAt}
                />
              </>
            )}
          </p>
        </div>
        {step.attempts.length > 1 && (
          <Select
            label="Try"
            hideLabel
            size="small"
            className="w-38 max-sm:order-last max-sm:w-full"
            options={step.attempts.map((each) => ({
              value: String(each.attempt),
              label: `Try ${each.attempt} of ${step.attempts.length}`,
              detail: outcomeWords[each.outcome],
            }))}
            value={String(chosen?.attempt ?? step.attempt)}
            onChange={(value) => onAttempt(Number(value))}
          />
        )}
        <IconButton label="Close" icon={<X size={18} aria-hidden />} size="small" onClick={onClose} />
      </header>
      {(error !== null || wait !== undefined) && (
        <div className="flex flex-col gap-3 px-4 pb-4">
          {error !== null && (
            <ErrorCard
              error={error}
              run={run}
              nodeId={step.nodeId}
              retry={isLast && step.status === 'failed' ? retry : undefined}
            />
          )}
          {wait !== undefined && <WaitNotice wait={wait} />}
        </div>
      )}
      <Tabs<Tab>
        label="What happened"
        value={tab}
        onChange={setTab}
        className="min-h-0 flex-1"
        listClassName="px-2"
        panelClassName="overflow-y-auto p-4"
        items={[
          { value: 'in', label: 'Came in', panel: <ValueView value={step.input} empty="This step was given nothing." /> },
          { value: 'out', label: 'Came out', panel: <ValueView value={step.output} empty={outEmpty(step)} /> },
          {
            value: 'log',
            label: 'Log',
            panel: <LogView runId={run.id} path={step.path} attempt={step.attempts.length > 1 ? chosen?.attempt : undefined} />,
          },
        ]}
      />
    </>
  )
}

const outcomeWords = {
  running: 'Running',
  succeeded: 'Worked',
  failed: 'Failed',
  lost: 'Lost with its server, repeated',
  cancelled: 'Stopped',
} as const

function outEmpty(step: RunStep): string {
  if (step.status === 'skipped') return 'The run went another way.'
  return step.finishedAt === null ? 'This step isn’t done yet.' : 'This step gave nothing back.'
}
