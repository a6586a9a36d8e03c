import { Link } from '@tanstack/react-router'
import { Play, Trash2 } from 'lucide-react'
import type { FlowSummary } from '#shared/api.ts'
import { buttonClass } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { When } from '../words/when.tsx'
import { FlowStatus } from './flow-status.tsx'

/** One flow in the list. The whole row opens it; the buttons lie above that. */
export function FlowRow({ flow, onDelete }: { flow: FlowSummary; onDelete: () => void }) {
  return (
    <li className="group relative flex items-center gap-x-4 border-b border-line px-4 py-2.5 last:border-b-0 hover:bg-hover has-[a:focus-visible]:bg-hover">
      <div className="flex min-w-0 flex-1 flex-col gap-x-4 gap-y-1 md:flex-row md:items-center">
        <div className="min-w-0 flex-1">
          <Link
            to="/flows/$flow"
            params={{ flow: flow.id }}
            className="block truncate text-body font-medium after:absolute after:inset-0 after:content-['']"
          >
            {flow.name}
          </Link>
          {flow.changed && flow.publishedVersion !== null && <p className="text-small text-muted">Changes not published yet</p>}
        </div>
        <div className="flex items-center gap-4 text-small text-muted">
          <span className="md:w-28">
            <FlowStatus flow={flow} />
          </span>
          <span className="w-36">
            Edited <When at={flow.updatedAt} />
          </span>
          <span className="w-36 max-lg:hidden">
            Made <When at={flow.createdAt} />
          </span>
        </div>
      </div>
      <div className="relative flex gap-1">
        <Tooltip text="Runs">
          <Link
            to="/flows/$flow/runs"
            params={{ flow: flow.id }}
            aria-label={`Runs of ${flow.name}`}
            className={`${buttonClass({ variant: 'quiet' })} size-8 px-0! text-muted! hover:text-ink!`}
          >
            <Play size={18} strokeWidth={1.75} aria-hidden />
          </Link>
        </Tooltip>
        <IconButton label={`Delete ${flow.name}`} icon={<Trash2 size={18} strokeWidth={1.75} aria-hidden />} onClick={onDelete} />
      </div>
    </li>
  )
}
