import { useStore } from '@xyflow/react'
import { clsx } from 'clsx'
import { Check, CircleAlert, CloudOff, RefreshCw, TriangleAlert } from 'lucide-react'
import { isNote } from '../layout/measures.ts'
import { zoomActual } from '../commands/panels.ts'
import { Popover } from '../../ui/popover.tsx'
import type { SaveState } from '../state.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { FailingChecks } from './failing-checks.tsx'
import { ProblemList } from './problem-list.tsx'
import { useFailingCheck } from './use-failing-check.ts'
import { useWaitingFor } from './use-waiting-for.ts'

/** One line at the foot: is it saved, is anything wrong, what is it waiting for, how large is it. */
export function StatusStrip() {
  const editor = useEditorStore()
  const steps = useEditor((state) => state.document.nodes.filter((node) => !isNote(node, state.catalog)).length)
  const zoom = useStore((state) => Math.round(state.transform[2] * 100))
  const failing = useFailingCheck()
  const waiting = useWaitingFor(failing === undefined)
  return (
    <footer
      data-region="status"
      aria-label="Status"
      className="tabular flex h-7 shrink-0 items-center gap-4 border-t border-line bg-surface px-3 text-small text-muted"
    >
      <SaveWords />
      <Problems />
      {failing !== undefined && <FailingChecks {...failing} />}
      {waiting !== undefined && <span className="truncate max-md:hidden">{waiting}</span>}
      <span className="flex-1" />
      <button
        type="button"
        className="rounded-[4px] px-1 max-md:hidden hover:bg-hover hover:text-ink"
        title="Zoom to 100 % (0)"
        onClick={() => editor.run(zoomActual, undefined)}
      >
        {zoom} %
      </button>
      <span>
        {steps} {steps === 1 ? 'step' : 'steps'}
      </span>
    </footer>
  )
}

const saveLooks: {
  [K in SaveState['kind']]: { words: string; Icon: typeof Check; ink?: string; says: 'saved' | 'saving' | 'offline' | 'conflict' }
} = {
  saved: { words: 'Saved', Icon: Check, says: 'saved' },
  saving: { words: 'Saving', Icon: RefreshCw, says: 'saving' },
  offline: { words: 'Changes are kept here', Icon: CloudOff, ink: 'text-waiting', says: 'offline' },
  conflict: { words: 'Not saved', Icon: TriangleAlert, ink: 'text-failed', says: 'conflict' },
  refused: { words: 'Not saved', Icon: TriangleAlert, ink: 'text-failed', says: 'conflict' },
}

function SaveWords() {
  const save = useEditor((state) => state.save)
  const { words, Icon, ink, says } = saveLooks[save.kind]
  return (
    <span
      data-save={says}
      className={clsx('flex items-center gap-1.5 whitespace-nowrap', ink)}
      title={save.kind === 'refused' ? save.message : undefined}
    >
      <Icon size={14} strokeWidth={2} aria-hidden />
      {words}
    </span>
  )
}

function Problems() {
  const problems = useEditor((state) => state.overlay.problems)
  const isEmpty = useEditor((state) => state.document.nodes.length === 0)
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const hints = problems.length - errors
  // A flow nobody has begun isn't wrong yet.
  if (problems.length === 0 || isEmpty) return null
  const words = [
    errors === 0 ? '' : `${errors} ${errors === 1 ? 'problem' : 'problems'}`,
    hints === 0 ? '' : `${hints} ${hints === 1 ? 'hint' : 'hints'}`,
  ]
  return (
    <Popover
      side="top"
      label="Problems"
      className="w-100 max-w-[calc(100vw-2rem)]"
      trigger={
        <button
          type="button"
          className={clsx(
            'flex items-center gap-1.5 rounded-[4px] px-1 whitespace-nowrap hover:bg-hover',
            errors > 0 ? 'text-waiting' : 'text-muted',
          )}
        >
          <CircleAlert size={14} strokeWidth={2} aria-hidden />
          {words.filter(Boolean).join(' · ')}
        </button>
      }
    >
      <ProblemList problems={problems} />
    </Popover>
  )
}
