import { clsx } from 'clsx'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Run, RunStep } from '#shared/run.ts'
import { CodeStepIcon } from '../editor/canvas/code-step-icon.tsx'
import { StatusIcon, statusLooks } from '../ui/status-chip.tsx'
import { Switch } from '../ui/switch.tsx'
import { durationText } from '../words/duration-text.ts'
import { useNow } from '../words/use-now.ts'
import { isOver, stepKinds } from './run-words.ts'
import { MoreInside } from './more-inside.tsx'
import { stepBars, withWaitsCut, type Bar } from './step-bars.ts'
import { firstInside, insideOf, moreInside, stepRows } from './step-rows.ts'
import { insideLabel } from './step-words.ts'
import { useIsNarrow } from './use-is-narrow.ts'
import { useRowWindow } from './use-row-window.ts'
import { timeScale, type TimeScale } from './time-scale.ts'

interface TimelineProps {
  run: Run
  steps: readonly RunStep[]
  nameOf: (nodeId: string, path: string) => string
  /** Whether a step does nothing but wait: its time is drawn hollow and may be folded. */
  isWaitStep: (step: RunStep) => boolean
  selected: string | undefined
  onSelect: (path: string) => void
}

/** Of the axis on a phone, between two ticks. */
const narrowShare = 0.36

const rowHeight = 28

const barLooks: Record<Bar['kind'], string> = {
  worked: 'bg-worked',
  failed: 'bg-failed',
  running: 'bg-running',
  lost: 'bg-off',
  stopped: 'bg-off',
  waiting: 'border border-waiting bg-transparent',
}

/** One row a step, its attempts on the same row; long quiets folded. */
export function Timeline({ run, steps, nameOf, isWaitStep, selected, onSelect }: TimelineProps) {
  const [canFold, setCanFold] = useState(true)
  const [isFailedOnly, setFailedOnly] = useState(false)
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map())
  const isNarrow = useIsNarrow()
  const now = useNow().getTime()
  const fromMs = Date.parse(run.startedAt ?? run.createdAt)
  const toMs = Math.max(fromMs + 1, run.finishedAt === null ? now : Date.parse(run.finishedAt))
  const listed = useMemo(
    () =>
      stepRows(
        steps.filter((step) => step.status !== 'skipped' && (!isFailedOnly || step.status === 'failed')),
        shown,
        selected,
      ),
    [steps, isFailedOnly, shown, selected],
  )
  const inside = useMemo(() => insideOf(steps), [steps])
  const barsOf = (step: RunStep): Bar[] => {
    const bars = stepBars(step, toMs, isWaitStep(step))
    const asked = inside.get(step.path)?.flatMap((each) => stepBars(each, toMs, isWaitStep(each)))
    if (asked === undefined) return bars
    const isWait = ({ kind }: Bar) => kind === 'waiting'
    const busy = asked.filter((bar) => !isWait(bar))
    return withWaitsCut(bars, asked.filter(isWait), busy)
  }
  const rows = listed.map((row) => (row.kind === 'more' ? row : { ...row, bars: barsOf(row.step) }))
  const busy = rows.flatMap((row) => ('bars' in row ? row.bars.filter((bar) => bar.kind !== 'waiting') : []))
  const scale = timeScale({ fromMs, toMs }, busy, canFold, isNarrow ? narrowShare : undefined)
  const hasFolds = !canFold || scale.stretches.some((stretch) => stretch.isFolded)
  const list = useRef<HTMLDivElement>(null)
  const near = useRowWindow(list, rows.length, rowHeight)
  const chosenRow = rows.findIndex((row) => row.kind !== 'more' && row.step.path === selected)
  useEffect(() => showRow(list.current, chosenRow), [chosenRow])
  const hasFailed = steps.some((step) => step.status === 'failed')

  return (
    <section aria-label="Timeline" className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
      <div className="flex h-9 shrink-0 items-center gap-5 px-4">
        <h2 className="mr-auto text-label">Timeline</h2>
        {hasFailed && <Switch label="Failed only" checked={isFailedOnly} onChange={setFailedOnly} />}
        {hasFolds && <Switch label="Fold waits" checked={canFold} onChange={setCanFold} />}
      </div>
      <div className="flex h-5 shrink-0 gap-5 border-b border-line pr-4">
        <div className="w-34 shrink-0 sm:w-44" />
        <div className="relative min-w-0 flex-1">
          <Axis scale={scale} />
        </div>
      </div>
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto py-1">
        {rows.length === 0 && (
          <p className="px-4 py-3 text-muted">{isOver(run.status) ? 'No step ran.' : 'The first step is about to start.'}</p>
        )}
        <ul style={{ paddingTop: near.from * rowHeight, paddingBottom: (rows.length - near.to) * rowHeight }}>
          {rows.slice(near.from, near.to).map((row, index) => (
            <li
              key={row.key}
              aria-setsize={rows.length}
              aria-posinset={near.from + index + 1}
              className="[contain-intrinsic-size:auto_28px] [content-visibility:auto]"
            >
              {row.kind === 'more' ? (
                <MoreInside
                  hidden={row.hidden}
                  failed={row.failed}
                  className="pl-15"
                  onMore={() => setShown(new Map(shown).set(row.by, (shown.get(row.by) ?? firstInside) + moreInside))}
                />
              ) : (
                <button
                  type="button"
                  aria-pressed={row.step.path === selected}
                  onClick={() => onSelect(row.step.path)}
                  className={clsx(
                    'flex h-7 w-full items-center gap-5 pr-4 text-left -outline-offset-2! hover:bg-hover',
                    row.step.path === selected && 'bg-accent-soft',
                  )}
                >
                  <StepName
                    step={row.step}
                    isInside={row.kind === 'inside'}
                    name={row.kind === 'inside' ? insideLabel(row.step.path) : nameOf(row.step.nodeId, row.step.path)}
                  />
                  <span className="relative h-full min-w-0 flex-1">
                    <Track scale={scale} bars={row.bars} fromMs={fromMs} />
                  </span>
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

/** Moves a list no further than it takes to see a row of it. */
function showRow(list: HTMLElement | null, row: number): void {
  if (list === null || row < 0) return
  const top = row * rowHeight
  if (top < list.scrollTop) list.scrollTop = top
  else if (top + 2 * rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + 2 * rowHeight - list.clientHeight
}

function StepName({ step, isInside, name }: { step: RunStep; isInside: boolean; name: string }) {
  const kind = stepKinds[step.status]
  return (
    <span className={clsx('flex w-34 shrink-0 items-center gap-2 text-small sm:w-44', isInside ? 'pl-7 sm:pl-9' : 'pl-4')}>
      <span className={statusLooks[kind].ink}>
        <StatusIcon kind={kind} size={14} />
      </span>
      {isInside && (
        <span className="text-muted max-sm:hidden">
          <CodeStepIcon call={step.call} size={13} />
        </span>
      )}
      <span className="truncate" title={name}>
        {name}
      </span>
      <span className="sr-only">{statusLooks[kind].word}</span>
    </span>
  )
}

const percent = (share: number) => `${share * 100}%`

function Axis({ scale }: { scale: TimeScale }) {
  return (
    <div aria-hidden className="absolute inset-0">
      {scale.ticks.map((tick) => (
        <span
          key={tick.at}
          className={clsx(
            'tabular absolute bottom-1 text-mini font-medium whitespace-nowrap text-muted',
            tick.at > 0.96 ? '-translate-x-full' : tick.at > 0.02 && '-translate-x-1/2',
          )}
          style={{ left: percent(tick.at) }}
        >
          {tick.isAfterFold && '+'}
          {tick.ms === 0 ? '0' : durationText(tick.ms)}
        </span>
      ))}
      {scale.stretches
        .filter((stretch) => stretch.isFolded)
        .map((stretch) => (
          <span
            key={stretch.fromMs}
            className={clsx(
              'absolute bottom-1 flex text-mini whitespace-nowrap text-waiting',
              // At the end of the axis it has room on one side only.
              stretch.end > 0.97 ? 'justify-end' : 'justify-center',
            )}
            style={{ left: percent(stretch.start), width: percent(stretch.end - stretch.start) }}
          >
            {durationText(stretch.toMs - stretch.fromMs)}
          </span>
        ))}
    </div>
  )
}

function Track({ scale, bars, fromMs }: { scale: TimeScale; bars: readonly Bar[]; fromMs: number }) {
  const lastBar = bars.at(-1)
  const workMs = bars.reduce((sum, bar) => sum + (bar.kind === 'waiting' ? 0 : bar.toMs - bar.fromMs), 0)
  const end = lastBar === undefined ? 0 : scale.position(lastBar.toMs)
  return (
    <>
      {scale.stretches
        .filter((stretch) => stretch.isFolded)
        .map((stretch) => (
          <span
            key={stretch.fromMs}
            aria-hidden
            className="absolute inset-y-0 border-x border-dashed border-line"
            style={{ left: percent(stretch.start), width: percent(stretch.end - stretch.start) }}
          />
        ))}
      {bars.map((bar) => (
        <span
          key={`${bar.kind}-${bar.fromMs}`}
          title={`${bar.title}: ${durationText(bar.toMs - bar.fromMs)}, ${durationText(bar.fromMs - fromMs)} after the start`}
          className={clsx('absolute top-2 h-3 min-w-1 forced-color-adjust-none rounded-[3px]', barLooks[bar.kind])}
          style={{
            left: `min(${percent(scale.position(bar.fromMs))}, 100% - 4px)`,
            width: percent(scale.position(bar.toMs) - scale.position(bar.fromMs)),
          }}
        />
      ))}
      {lastBar !== undefined && (
        <span
          className={clsx(
            'tabular absolute inset-y-0 text-mini font-medium text-muted',
            end > 0.88 ? 'hidden' : 'flex items-center pl-2',
          )}
          style={{ left: `max(${percent(end)}, 4px)` }}
        >
          {workMs > 0 && durationText(workMs)}
        </span>
      )}
    </>
  )
}
