import { clsx } from 'clsx'
import { useEditor } from '../store.ts'
import { useFlowChanges } from './use-flow-changes.ts'

/** How the draft stands to what is live: "Draft", "Draft · 3 changes", "On · v3". */
export function DraftChip() {
  const version = useEditor((state) => state.flow.publishedVersion)
  const enabled = useEditor((state) => state.flow.enabled)
  const changes = useFlowChanges()
  const isLive = version !== null && changes !== undefined && changes.length === 0
  const words =
    version === null
      ? 'Draft'
      : isLive
        ? `${enabled ? 'On' : 'Off'} · v${version}`
        : `Draft${changes === undefined ? '' : ` · ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`}`
  const title =
    version === null
      ? 'Nothing runs by itself until you publish'
      : isLive
        ? `Version ${version} is ${enabled ? 'on' : 'turned off'} and is the same as this draft`
        : `Version ${version} stays as it is until you publish`
  return (
    <span
      title={title}
      className="edge inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full border border-line px-2.5 text-mini whitespace-nowrap text-muted"
    >
      <span
        aria-hidden
        className={clsx('size-2 rounded-full', isLive && enabled ? 'bg-worked' : isLive ? 'bg-line-strong' : 'bg-stale')}
      />
      {words}
    </span>
  )
}
