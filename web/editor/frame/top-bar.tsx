import { Link } from '@tanstack/react-router'
import { ChevronLeft, Play, Redo2, SlidersHorizontal, Undo2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { redo, undo } from '../commands/history.ts'
import { openPublish, openSettings } from '../commands/panels.ts'
import { renameFlow } from '../commands/flow-fields.ts'
import { Button } from '../../ui/button.tsx'
import { keyText } from '../../ui/kbd.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useFlowKeys } from '../keys/use-flow-keys.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { DraftChip } from './draft-chip.tsx'
import { useTestRun } from './use-test-run.ts'
import type { DraftSaver } from '../save/draft-saver.ts'

const quiet = 'disabled:border-transparent! disabled:bg-transparent!'

/** Where one is, how it stands with the draft, and what can be done with the whole flow. */
export function TopBar({ saver }: { saver: DraftSaver }) {
  const editor = useEditorStore()
  const canUndo = useEditor((state) => undo.isEnabled(state))
  const canRedo = useEditor((state) => redo.isEnabled(state))
  const readOnly = useEditor((state) => state.readOnly)
  const undoWhat = useEditor((state) => state.history.past.at(-1)?.label)
  const redoWhat = useEditor((state) => state.history.future.at(-1)?.label)
  const mayEdit = useEditor((state) => state.mayEdit)
  const hasStart = useEditor((state) => state.document.nodes.some((node) => state.catalog.get(node.type)?.role === 'trigger'))
  const { isRunning, test } = useTestRun(saver)
  const keys = useMemo(() => ({ 'Ctrl+S': () => void saver.flush(), 'Ctrl+Shift+Enter': () => void test() }), [saver, test])
  useFlowKeys(keys)
  return (
    <header data-region="top" className="flex h-12 shrink-0 items-center gap-1.5 border-b border-line bg-surface pr-3 pl-1.5">
      <Link
        to="/flows"
        aria-label="All flows"
        title="All flows"
        className="grid size-8 shrink-0 place-items-center rounded-field text-muted hover:bg-hover hover:text-ink"
      >
        <ChevronLeft size={20} strokeWidth={1.75} aria-hidden />
      </Link>
      <FlowName />
      <DraftChip />
      {!readOnly && (
        <div className="ml-1 flex max-md:hidden">
          <IconButton
            label={undoWhat === undefined ? 'Undo' : `Undo: ${undoWhat}`}
            shortcut="Ctrl+Z"
            icon={<Undo2 size={17} />}
            className={quiet}
            disabled={!canUndo}
            onClick={() => editor.run(undo, undefined)}
          />
          <IconButton
            label={redoWhat === undefined ? 'Redo' : `Redo: ${redoWhat}`}
            shortcut="Ctrl+Shift+Z"
            icon={<Redo2 size={17} />}
            className={quiet}
            disabled={!canRedo}
            onClick={() => editor.run(redo, undefined)}
          />
        </div>
      )}
      <div className="flex-1" />
      {!readOnly && (
        <IconButton
          label="Settings of the flow"
          icon={<SlidersHorizontal size={17} />}
          className="max-md:hidden"
          onClick={() => editor.run(openSettings, undefined)}
        />
      )}
      {mayEdit && (
        <Button
          variant="secondary"
          icon={<Play size={15} strokeWidth={2} aria-hidden />}
          busy={isRunning}
          disabled={!hasStart}
          title={`Run the whole flow once on sample data (${keyText('Ctrl+Shift+Enter')})`}
          onClick={() => void test()}
        >
          {isRunning ? 'Testing' : 'Test'}
        </Button>
      )}
      {!readOnly && (
        <Button variant="primary" onClick={() => editor.run(openPublish, undefined)}>
          Publish
        </Button>
      )}
    </header>
  )
}

/** The flow's name: click it to type another. A flow that was just made waits for its name. */
function FlowName() {
  const editor = useEditorStore()
  const name = useEditor((state) => state.document.name)
  const readOnly = useEditor((state) => state.readOnly)
  const [typed, setTyped] = useState<string | undefined>(() => {
    const { document, history } = editor.store.getState()
    return document.name === 'Untitled flow' && document.nodes.length === 0 && history.past.length === 0 && !readOnly
      ? document.name
      : undefined
  })
  const isOver = useRef(false)
  const finish = (keep: boolean) => {
    if (isOver.current || typed === undefined) return
    isOver.current = true
    if (keep) editor.run(renameFlow, { name: typed })
    setTyped(undefined)
  }
  if (typed === undefined) {
    return (
      <h1 className="min-w-0 truncate text-h2">
        <button
          type="button"
          disabled={readOnly}
          title={readOnly ? name : 'Rename'}
          className="block max-w-full truncate rounded-field px-1.5 py-0.5 hover:not-disabled:bg-hover"
          onClick={() => {
            isOver.current = false
            setTyped(name)
          }}
        >
          {name}
        </button>
      </h1>
    )
  }
  return (
    <input
      aria-label="Name of the flow"
      value={typed}
      maxLength={200}
      spellCheck={false}
      size={Math.max(12, Math.min(48, typed.length + 2))}
      className="h-8 min-w-0 rounded-field border border-accent bg-surface px-1.5 text-h2"
      ref={(input) => {
        if (input !== null && document.activeElement !== input) input.focus({ preventScroll: true })
      }}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') finish(true)
        if (event.key === 'Escape') finish(false)
        if (event.key === 'Enter' || event.key === 'Escape')
          document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
      }}
    />
  )
}
