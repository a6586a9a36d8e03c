import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { useEffect, useMemo } from 'react'
import { nameOf as stepName } from '#shared/flow-names.ts'
import type { Run } from '#shared/run.ts'
import { catalogQuery, flowNamesQuery, runQuery, stepsQuery } from '../api/queries.ts'
import { promisedBy } from '../editor/inspector/data/promised-by.ts'
import { NotFoundPage } from '../shell/not-found-page.tsx'
import { PagePending } from '../shell/page-pending.tsx'
import { ProblemState } from '../shell/page-problem.tsx'
import { useTitle } from '../shell/use-title.ts'
import { RunHeader } from './run-header.tsx'
import { RunOverview } from './run-overview.tsx'
import { runSubject } from './run-subject.ts'
import { RunViews } from './run-views.tsx'
import { siblingsOf } from './siblings-of.ts'
import { StepPanel } from './step-panel.tsx'
import { stepLabel } from './step-words.ts'
import { useRunActions } from './use-run-actions.ts'
import { useRunDocument } from './use-run-document.ts'
import { useRunStream } from './use-run-stream.ts'
import { useStepAt } from './use-step-at.ts'
import { withAsked } from './with-asked.ts'

const route = getRouteApi('/app/flows/$flow/runs/$run')
// A flow of this many steps is read whole; of a longer run the first part is, and the rest on demand. What code asked for
// would push out the steps after it, so it counts apart.
const stepsReadAtOnce = 1000
const mostReadAtOnce = 3000

export function RunPage() {
  const { flow, run: runId } = route.useParams()
  const run = useQuery(runQuery(runId))
  if (run.isPending) return <PagePending />
  // What was read stays on screen when reading it again fails: the server may only be starting again.
  if (run.data === undefined) return <ProblemState error={run.error} onRetry={() => void run.refetch()} />
  if (run.data.flowId !== flow) return <NotFoundPage />
  return <LoadedRun run={run.data} />
}

function LoadedRun({ run }: { run: Run }) {
  const { step: selected, attempt, view } = route.useSearch()
  const navigate = route.useNavigate()
  const stream = useRunStream(run)
  const actions = useRunActions(run.id)
  const flowName = useQuery(flowNamesQuery).data?.get(run.flowId)
  const { document: version, ...reading } = useRunDocument(run)
  const catalog = useQuery(catalogQuery).data
  const stepPages = useInfiniteQuery(stepsQuery(run.id))
  const steps = useMemo(() => stepPages.data?.pages.flatMap((page) => page.items) ?? [], [stepPages.data])
  useTitle(runSubject(run), flowName ?? 'Run')

  const document = useMemo(() => version && withAsked(version, steps), [version, steps])

  const { hasNextPage, isFetching, fetchNextPage } = stepPages
  const isMissingMuch =
    steps.length < mostReadAtOnce && steps.reduce((sum, { call }) => sum + (call === undefined ? 1 : 0), 0) < stepsReadAtOnce
  const mustReadOn = hasNextPage && !isFetching && isMissingMuch
  useEffect(() => {
    if (mustReadOn) void fetchNextPage()
  }, [mustReadOn, fetchNextPage])

  const nodes = useMemo(() => new Map(document?.nodes.map((node) => [node.id, node])), [document])
  const nameOf = (nodeId: string, path = nodeId) => {
    const node = nodes.get(nodeId)
    return stepLabel(path, node === undefined ? nodeId : stepName(node))
  }
  const promisedOf = (nodeId: string) => {
    const node = nodes.get(nodeId)
    return node && promisedBy(node, catalog?.get(node.type))
  }
  const typeOf = (nodeId: string) => nodes.get(nodeId)?.type

  // A failed run opens at what failed; the address keeps what was chosen instead, also that nothing was.
  const failed = run.status === 'failed' ? steps.find((step) => step.status === 'failed') : undefined
  const named = useStepAt(run.id, { steps, isReading: stepPages.isPending || mustReadOn, path: selected })
  const step = selected === undefined ? failed : named
  const stepNode = step && nodes.get(step.nodeId)
  const siblings = useMemo(() => (step === undefined ? [] : siblingsOf(document, steps, step)), [document, steps, step])
  const select = (path: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, step: path ?? 'none', attempt: undefined }), replace: true })
  const keptSteps = steps.filter((each) => each.status === 'succeeded').length
  const retry =
    run.status === 'failed' ? { start: () => actions.retry.mutate(), isBusy: actions.retry.isPending, keptSteps } : undefined

  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <RunHeader run={run} flowName={flowName} actions={actions} stream={stream} />
      <div className="flex min-h-0 flex-1 flex-col max-md:overflow-y-auto md:flex-row">
        <RunViews
          run={run}
          steps={steps}
          isReading={stepPages.isPending}
          document={document}
          catalog={catalog}
          nameOf={nameOf}
          typeOf={typeOf}
          view={view}
          onView={(next) => void navigate({ search: (old) => ({ ...old, view: next }), replace: true })}
          selected={step?.path}
          onSelect={select}
          problem={(stepPages.data === undefined ? stepPages.error : null) ?? reading.error}
          onRetry={() => {
            void stepPages.refetch()
            reading.retry()
          }}
          showMore={hasNextPage && !mustReadOn ? () => void fetchNextPage() : undefined}
        />
        <aside
          aria-label={step === undefined ? 'This run' : nameOf(step.nodeId, step.path)}
          className={clsx(
            'flex w-full shrink-0 flex-col border-line bg-surface md:w-88 md:overflow-y-auto md:border-l xl:w-110',
            // On a phone what is chosen, or failed, comes before the list it was chosen from.
            step === undefined ? 'max-md:border-t' : 'max-md:order-first max-md:border-b',
          )}
        >
          {step === undefined ? (
            <RunOverview run={run} promised={promisedOf(run.triggerId)} nameOf={nameOf} />
          ) : (
            <StepPanel
              key={step.path}
              run={run}
              step={step}
              name={nameOf(step.nodeId, step.path)}
              node={stepNode}
              type={stepNode && catalog?.get(stepNode.type)}
              siblings={siblings}
              hasInside={steps.some((each) => each.path.startsWith(`${step.path}#`))}
              attempt={attempt}
              onAttempt={(next) =>
                void navigate({ search: (old) => ({ ...old, step: step.path, attempt: next }), replace: true })
              }
              onSelect={select}
              onClose={() => select(undefined)}
              retry={retry}
            />
          )}
        </aside>
      </div>
    </main>
  )
}
