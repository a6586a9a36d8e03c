import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { ChevronDown, Inbox, Pause, Play, Power, StepForward } from 'lucide-react'
import { useState } from 'react'
import { call, problemText } from '../../api/client.ts'
import { Popover } from '../../ui/popover.tsx'
import { showToast } from '../../ui/toast.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { useFlowChanges } from './use-flow-changes.ts'

const chipClass =
  'edge inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full border border-line px-2.5 text-mini whitespace-nowrap text-muted'

const rowClass = 'flex h-9 items-center gap-2.5 rounded-field px-2.5 text-left text-body hover:bg-hover'

/** What is said once the live flow was switched. */
const done = {
  enableFlow: 'On: what comes in starts runs',
  disableFlow: 'Off: nothing starts by itself',
  pauseFlow: 'Paused: what comes in is kept until it goes on',
  resumeFlow: 'It goes on, first with what was kept',
}

/** How the draft stands to what is live: "Draft", "Draft · 3 changes", "On · v3"; and the switch of what is live. */
export function DraftChip() {
  const editor = useEditorStore()
  const flowId = useEditor((state) => state.flow.id)
  const version = useEditor((state) => state.flow.publishedVersion)
  const enabled = useEditor((state) => state.flow.enabled)
  const paused = useEditor((state) => state.flow.paused)
  const mayEdit = useEditor((state) => state.mayEdit)
  const changes = useFlowChanges()
  const [isOpen, setOpen] = useState(false)
  // Until it is known what is live, nothing is said of changes.
  const isSame = version !== null && (changes?.length ?? 0) === 0
  const dot = (
    <span
      aria-hidden
      className={clsx(
        'size-2 rounded-full forced-color-adjust-none',
        isSame && enabled && !paused ? 'bg-worked' : isSame ? 'bg-line-strong' : 'bg-stale',
      )}
    />
  )

  if (version === null) {
    return (
      <span title="Nothing runs by itself until you publish" className={chipClass}>
        {dot}
        Draft
      </span>
    )
  }
  const words = isSame
    ? `${!enabled ? 'Off' : paused ? 'Paused' : 'On'} · v${version}`
    : `Draft · ${changeWords(changes?.length ?? 0)}`
  const change = async (way: keyof typeof done) => {
    setOpen(false)
    try {
      const flow = await call(way, { params: { id: flowId } })
      editor.setFlow({ enabled: flow.enabled, paused: flow.paused })
      showToast({ title: done[way], kind: 'success' })
    } catch (error) {
      showToast({ title: 'It could not be switched', description: problemText(error), kind: 'problem' })
    }
  }
  return (
    <Popover
      label="The live flow"
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          title={isSame ? `Version ${version} is the same as this draft` : `Version ${version} stays as it is until you publish`}
          className={clsx(chipClass, 'hover:bg-hover hover:text-ink')}
        >
          {dot}
          {words}
          <ChevronDown size={12} aria-hidden className="-mr-1" />
        </button>
      }
    >
      <div className="flex flex-col">
        {mayEdit && (
          <button type="button" className={rowClass} onClick={() => void change(enabled ? 'disableFlow' : 'enableFlow')}>
            <Power size={16} aria-hidden className="text-muted" />
            {enabled ? `Turn off version ${version}` : `Turn on version ${version}`}
          </button>
        )}
        {mayEdit && enabled && (
          <button type="button" className={rowClass} onClick={() => void change(paused ? 'resumeFlow' : 'pauseFlow')}>
            {paused ? (
              <StepForward size={16} aria-hidden className="text-muted" />
            ) : (
              <Pause size={16} aria-hidden className="text-muted" />
            )}
            {paused ? 'Let it go on' : 'Pause it, and keep what comes in'}
          </button>
        )}
        <Link to="/flows/$flow/runs" params={{ flow: flowId }} className={rowClass}>
          <Play size={16} aria-hidden className="text-muted" />
          See runs
        </Link>
        <Link to="/flows/$flow/requests" params={{ flow: flowId }} className={rowClass}>
          <Inbox size={16} aria-hidden className="text-muted" />
          See requests
        </Link>
      </div>
    </Popover>
  )
}

function changeWords(count: number): string {
  return `${count} ${count === 1 ? 'change' : 'changes'}`
}
