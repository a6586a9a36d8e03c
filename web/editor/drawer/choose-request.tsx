import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { call, problemText } from '../../api/client.ts'
import { requestsQuery } from '../../api/queries.ts'
import { requestName, unusualWords } from '../../requests/request-words.ts'
import { PagePending } from '../../shell/page-pending.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { When } from '../../words/when.tsx'
import { useEditor, useEditorStore } from '../store.ts'

interface ChooseRequestProps {
  stepId: string
  open: boolean
  onClose: () => void
}

/** Requests that came in before, to make one of them the sample of the start they came to. */
export function ChooseRequest({ stepId, open, onClose }: ChooseRequestProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="From a past request"
      description="It becomes the sample of this start, to the letter."
      size="medium"
    >
      {open && <Requests stepId={stepId} onDone={onClose} />}
    </Dialog>
  )
}

function Requests({ stepId, onDone }: { stepId: string; onDone: () => void }) {
  const editor = useEditorStore()
  const flowId = useEditor((state) => state.flow.id)
  const requests = useInfiniteQuery(requestsQuery(flowId, {}))
  const use = useMutation({
    mutationFn: (request: string) => call('sampleRequest', { params: { id: flowId, request }, body: { stepId } }),
    onSuccess: (sample) => {
      editor.setSample(sample)
      onDone()
    },
  })
  if (requests.isPending) return <PagePending />
  const rows = requests.data?.pages.flatMap(({ items }) => items).filter(({ state }) => state !== 'rejected') ?? []
  const problem = use.error ?? requests.error
  return (
    <div className="flex flex-col gap-3">
      {problem !== null && (
        <p role="alert" className="text-small text-failed">
          {problemText(problem)}
        </p>
      )}
      {rows.length === 0 && !requests.hasNextPage ? (
        <EmptyState
          size="panel"
          title="No request yet"
          text="Send anything to the address of this start. Requests are kept even while the flow is off."
        />
      ) : (
        <ul aria-label="Past requests" className="overflow-hidden rounded-card border border-line">
          {rows.map((request) => (
            <li key={request.id} className="border-b border-line last:border-b-0">
              <button
                type="button"
                disabled={use.isPending}
                onClick={() => use.mutate(request.id)}
                className="flex w-full items-baseline gap-2 px-3 py-2 text-left hover:bg-hover"
              >
                <span className="min-w-0 truncate text-body font-medium">{requestName(request)}</span>
                <span className="shrink-0 text-small text-muted">{request.method}</span>
                {request.unusual.length > 0 && <Badge tone="stale">{unusualWords(request.unusual.length)}</Badge>}
                <span className="ml-auto shrink-0 text-small text-muted">
                  <When at={request.receivedAt} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-center gap-3">
        {requests.hasNextPage && (
          <Button size="small" busy={requests.isFetchingNextPage} onClick={() => void requests.fetchNextPage()}>
            Show more
          </Button>
        )}
        <Link to="/flows/$flow/requests" params={{ flow: flowId }} className="ml-auto text-small text-accent underline">
          All requests of this flow
        </Link>
      </div>
    </div>
  )
}
