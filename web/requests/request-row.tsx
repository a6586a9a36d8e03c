import { clsx } from 'clsx'
import type { InboxItem } from '#shared/inbox-request.ts'
import { Badge } from '../ui/badge.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { StatusChip } from '../ui/status-chip.tsx'
import { When } from '../words/when.tsx'
import { reasonWords, requestName, requestStateWords, unusualWords } from './request-words.ts'

interface RequestRowProps {
  request: InboxItem
  isOpen: boolean
  isPicked: boolean
  onOpen: () => void
  onPick: (picked: boolean) => void
}

/** One request in the list: what it is about leads; why it started nothing is said in place. */
export function RequestRow({ request, isOpen, isPicked, onOpen, onPick }: RequestRowProps) {
  const { kind, word } = requestStateWords[request.state]
  const name = requestName(request)
  const why = reasonWords(request)
  return (
    <li
      className={clsx(
        'relative flex items-start gap-3 border-b border-line px-3 py-2.5 last:border-b-0 hover:bg-hover',
        isOpen && 'bg-accent-soft forced-colors:outline-2 forced-colors:-outline-offset-2 forced-colors:outline-[Highlight]',
      )}
    >
      <div className="relative z-10">
        <Checkbox label={<span className="sr-only">Choose {name} for comparing</span>} checked={isPicked} onChange={onPick} />
      </div>
      <div className="min-w-0 flex-1">
        <p className="flex min-w-0 items-baseline gap-2">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={onOpen}
            className="truncate text-left text-body font-medium after:absolute after:inset-0 after:content-['']"
          >
            {name}
          </button>
          <span className="ml-auto shrink-0 text-small text-muted">
            <When at={request.receivedAt} />
          </span>
        </p>
        <p className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-muted">
          <StatusChip kind={kind} word={word} />
          {request.unusual.length > 0 && <Badge tone="stale">{unusualWords(request.unusual.length)}</Badge>}
          {why !== undefined && <span className="min-w-0 truncate">{why}</span>}
        </p>
      </div>
    </li>
  )
}
