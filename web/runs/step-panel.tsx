import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { useState } from 'react'
import type { FlowNode } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { NodeType } from '#shared/manifest.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Select } from '../ui/select.tsx'
import { StatusChip } from '../ui/status-chip.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Elapsed } from '../words/elapsed.tsx'
import { When } from '../words/when.tsx'
import { promisedBy } from '../editor/inspector/data/promised-by.ts'
import { CodeStepIcon } from '../editor/canvas/code-step-icon.tsx'
import { codeStepWords } from '../words/code-step-words.ts'
import { askedIn } from './code-step-of-run.ts'
import { ChildRunLink } from './child-run-link.tsx'
import { ErrorCard } from './error-card.tsx'
import { InsideSteps } from './inside-steps.tsx'
import { InsideCameIn } from './inside-came-in.tsx'
import { LogView } from './log-view.tsx'
import { stepKinds } from './run-words.ts'
import { insideLabel, stepLabel } from './step-words.ts'
import { ValueView } from './value-view.tsx'
import { WaitNotice } from './wait-notice.tsx'

type Tab = 'inside' | 'in' | 'out' | 'log'

interface StepPanelProps {
  run: Run
  step: RunStep
  name: string
  /** As it was in the version that ran. */
  node: FlowNode | undefined
  type: NodeType | undefined
  /** The paths of all that the same place in its code asked for. */
  siblings: readonly string[]
  /** Its code asked for steps of its own. */
  hasInside: boolean
  /** The attempt that is looked at; the last one unless chosen. */
  attempt: number | undefined
  onAttempt: (attempt: number) => void
  onSelect: (path: string) => void
  onClose: () => void
  retry: { start: () => void; isBusy: boolean; keptSteps: number } | undefined
}

/** Everything about one step of a run: what went wrong first, then what came in, what came out, and its log. */
export function StepPanel({
  run,
  step,
  name,
  node,
  type,
  siblings,
  hasInside,
  attempt,
  onAttempt,
  onSelect,
  onClose,
  retry,
}: StepPanelProps) {
  const [chosenTab, setTab] = useState<Tab | undefined>(undefined)
  const asked = askedIn(step.path)
  const tab = chosenTab ?? (hasInside ? 'inside' : firstTab(step))
  const chosen = step.attempts.find((each) => each.attempt === attempt) ?? step.attempts.at(-1)
  const isLast = chosen === undefined || chosen === step.attempts.at(-1)
  const error = isLast ? (step.error ?? chosen?.error ?? null) : (chosen?.error ?? null)
  const wait = run.waits.find((each) => each.path === step.path)
  return (
    <>
      <header className="px-4 pt-3 pb-3">
        <div className="flex items-start gap-2">
          <h2 className="min-w-0 flex-1 truncate text-h2" title={name}>
            {asked === undefined ? name : insideLabel(step.path)}
          </h2>
          <IconButton label="Close" icon={<X size={18} aria-hidden />} size="small" onClick={onClose} />
        </div>
        {asked !== undefined && (
          <p className="mt-0.5 flex items-center gap-1.5 text-small text-muted">
            <CodeStepIcon call={step.call} size={14} />
            {codeStepWords(step.call)}, inside
            <button type="button" className="truncate text-accent hover:underline" onClick={() => onSelect(asked.by)}>
              {stepLabel(asked.by, node === undefined ? step.nodeId : nameOf(node))}
            </button>
          </p>
        )}
        <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-small text-muted">
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
          <span className="ml-auto flex items-center gap-2">
            {siblings.includes(step.path) && siblings.length > 1 && (
              <SiblingPicker siblings={siblings} path={step.path} onSelect={onSelect} />
            )}
            {step.attempts.length > 1 && (
              <Select
                label="Try"
                hideLabel
                size="small"
                className="w-32"
                options={step.attempts.map((each) => ({
                  value: String(each.attempt),
                  label: `Try ${each.attempt} of ${step.attempts.length}`,
                  detail: outcomeWords[each.outcome],
                }))}
                value={String(chosen?.attempt ?? step.attempt)}
                onChange={(value) => onAttempt(Number(value))}
              />
            )}
          </span>
        </div>
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
      {step.childRunId !== undefined && <ChildRunLink runId={step.childRunId} />}
      <Tabs<Tab>
        label="What happened"
        value={tab}
        onChange={setTab}
        className="min-h-0 flex-1"
        listClassName="px-2"
        panelClassName="overflow-y-auto p-4"
        items={[
          ...(hasInside
            ? [
                {
                  value: 'inside' as const,
                  label: 'Inside',
                  panel: <InsideSteps run={run} path={step.path} onSelect={onSelect} />,
                },
              ]
            : []),
          {
            value: 'in',
            label: 'Came in',
            panel:
              asked === undefined ? (
                <ValueView value={step.input} promised={type?.params} empty="This step was given nothing." />
              ) : (
                <InsideCameIn run={run} step={step} node={node} name={asked.name} />
              ),
          },
          {
            value: 'out',
            label: 'Came out',
            panel: (
              <ValueView
                value={step.output}
                promised={asked === undefined && node !== undefined ? promisedBy(node, type) : undefined}
                empty={outEmpty(step)}
              />
            ),
          },
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

/** Goes through what one place in the code asked for again and again. */
function SiblingPicker({
  siblings,
  path,
  onSelect,
}: {
  siblings: readonly string[]
  path: string
  onSelect: (path: string) => void
}) {
  const at = siblings.indexOf(path)
  const go = (by: number) => {
    const next = siblings[at + by]
    if (next !== undefined) onSelect(next)
  }
  return (
    <div role="group" aria-label="All of this name" className="flex items-center">
      <IconButton
        label="The one before"
        icon={<ChevronLeft size={16} aria-hidden />}
        size="small"
        disabled={at <= 0}
        onClick={() => go(-1)}
      />
      <span className="tabular text-small whitespace-nowrap text-muted">
        {at + 1} of {siblings.length}
      </span>
      <IconButton
        label="The next one"
        icon={<ChevronRight size={16} aria-hidden />}
        size="small"
        disabled={at + 1 >= siblings.length}
        onClick={() => go(1)}
      />
    </div>
  )
}

const outcomeWords = {
  running: 'Running',
  succeeded: 'Worked',
  failed: 'Failed',
  lost: 'Lost with its server, repeated',
  cancelled: 'Stopped',
} as const

/** What it gave, once it gave something; else what it was given, or where the code asks for it. */
function firstTab(step: RunStep): Tab {
  const isOpen = step.finishedAt === null && askedIn(step.path) !== undefined
  return step.error === null && !isOpen ? 'out' : 'in'
}

function outEmpty(step: RunStep): string {
  if (step.status === 'skipped') return 'The run went another way.'
  return step.finishedAt === null ? 'This step isn’t done yet.' : 'This step gave nothing back.'
}
