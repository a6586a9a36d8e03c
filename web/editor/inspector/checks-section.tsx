import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { findDurationMs } from '#shared/duration.ts'
import type { PollState } from '#shared/api.ts'
import { useMay } from '../../account/use-may.ts'
import { call, problemText } from '../../api/client.ts'
import { pollsQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { showToast } from '../../ui/toast.ts'
import { durationText } from '../../words/duration-text.ts'
import { useNow } from '../../words/use-now.ts'
import { When } from '../../words/when.tsx'
import { useEditor } from '../store.ts'
import { useParam } from './form/use-params.ts'
import { useStepId } from './step-in-focus.ts'

const lookEveryMs = 5000
const lookOftenMs = 1000

/** How a start stands that looks by itself: when it looked, when it looks again, and what is wrong. */
export function ChecksSection() {
  const stepId = useStepId()
  const flowId = useEditor((state) => state.flow.id)
  const isPublished = useEditor((state) => state.flow.publishedVersion !== null)
  const client = useQueryClient()
  const { data } = useQuery({
    ...pollsQuery(flowId),
    enabled: isPublished,
    refetchInterval: ({ state }) => (state.data?.items.some(({ checking }) => checking) ? lookOftenMs : lookEveryMs),
  })
  const check = useMutation({
    mutationFn: () => call('checkPoll', { params: { id: flowId, nodeId: stepId } }),
    onSettled: () => client.invalidateQueries({ queryKey: pollsQuery(flowId).queryKey }),
    onError: (error) => showToast({ kind: 'problem', title: 'That didn’t work', description: problemText(error) }),
  })
  const mayCheck = useMay()('runs.start')
  const poll = data?.items.find(({ nodeId }) => nodeId === stepId)
  return (
    <section aria-labelledby="checks" className="flex flex-col gap-2">
      <div className="flex min-h-7 items-center justify-between gap-3">
        <h2 id="checks" className="text-label">
          Checks
        </h2>
        {poll?.state === 'on' && mayCheck && (
          <Button
            size="small"
            icon={<RefreshCw size={14} />}
            busy={check.isPending || poll.checking}
            onClick={() => check.mutate()}
          >
            Check now
          </Button>
        )}
      </div>
      {poll === undefined ? <NotYet /> : <Standing poll={poll} />}
    </section>
  )
}

function NotYet() {
  const [every] = useParam(['every'])
  const everyMs = findDurationMs(every)
  return (
    <p className="text-body text-muted">
      {everyMs === undefined ? 'It checks by itself' : `It checks every ${durationText(everyMs)}`} as soon as the flow is
      published with it.
    </p>
  )
}

function Standing({ poll }: { poll: PollState }) {
  const { state, last, next, found, lastFound, error, checking } = poll
  const isGivenUp = state === 'on' && error?.code === 'poisoned'
  return (
    <>
      {error !== null && <Failing error={error} next={state === 'on' ? next : null} />}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-card border border-line bg-sunken px-3 py-2 text-body">
        <dt className="text-muted">{error === null ? 'Last check' : 'Last that worked'}</dt>
        <dd>{last === null ? 'None yet' : <When at={last} />}</dd>
        <dt className="text-muted">Next check</dt>
        <dd aria-live="polite">
          {checking ? (
            'Checking now …'
          ) : state === 'on' && next !== null ? (
            <Coming at={next} />
          ) : isGivenUp ? (
            'Not by itself any more'
          ) : (
            offWords[state]
          )}
        </dd>
        <dt className="text-muted">Found</dt>
        <dd className="tabular-nums">
          {found === 0 ? 'Nothing new yet' : `${found.toLocaleString('en')} ${found === 1 ? 'item' : 'items'}`}
          {lastFound !== null && (
            <span className="text-muted">
              , the last one <When at={lastFound} />
            </span>
          )}
        </dd>
      </dl>
    </>
  )
}

const offWords = {
  on: 'As soon as a server is free',
  paused: 'When the flow goes on: it is paused',
  off: 'When the flow is on: it is turned off',
} satisfies { [state in PollState['state']]: string }

function Failing({ error, next }: { error: NonNullable<PollState['error']>; next: string | null }) {
  return (
    <Notice
      tone="problem"
      title={error.failures === 1 ? 'The last check didn’t work' : `The last ${error.failures} checks didn’t work`}
    >
      <p className="break-words">{error.message}</p>
      {next !== null && (
        <p className="mt-1">
          It is tried again <Coming at={next} />. What comes meanwhile is found then.
        </p>
      )}
    </Notice>
  )
}

/** A moment to come: near ones are counted down to. */
function Coming({ at }: { at: string }) {
  const now = useNow()
  const leftMs = Date.parse(at) - now.getTime()
  if (leftMs <= 0) return <>any moment now</>
  if (leftMs < 60_000) return <>in less than a minute</>
  if (leftMs < 3_600_000) return <>in {Math.ceil(leftMs / 60_000)} min</>
  return <When at={at} as="moment" />
}
