import { useEffect, useMemo, useRef, type KeyboardEvent as ReactKeyboardEvent } from 'react'
import { codeStepKey } from '../code-steps-of.ts'
import { useKeys } from '../keys/use-keys.ts'
import { readingOrder } from '../reading-order.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { chooseEntry, entriesOf } from './outline-entry.ts'
import { OutlineItem } from './outline-item.tsx'

/** The flow as a list: the same steps, the same keys, for whoever would rather read than look. */
export function Outline({ opensOnClick = false }: { opensOnClick?: boolean }) {
  const editor = useEditorStore()
  const steps = useEditor((state) => readingOrder(state.document, state.catalog))
  const entries = useMemo(() => steps.flatMap(entriesOf), [steps])
  const chosen = useEditor((state) => state.session.selection.at(-1))
  const chosenInside = useEditor(({ session }) =>
    session.inside?.id === session.selection.at(-1) ? session.inside?.key : undefined,
  )
  const active = entries.find(
    ({ step, inside }) => step.id === chosen && (inside === undefined ? undefined : codeStepKey(inside)) === chosenInside,
  )?.id
  const tree = useRef<HTMLDivElement>(null)
  const onKeys = useKeys('outline')

  useEffect(() => {
    const item = active === undefined ? null : tree.current?.querySelector<HTMLElement>(`[data-outline="${active}"]`)
    item?.scrollIntoView({ block: 'nearest' })
    if (item !== null && item !== undefined && tree.current?.contains(document.activeElement) === true) item.focus()
  }, [active])

  const move = (by: number) => {
    const now = entries.findIndex(({ id }) => id === active)
    const next = entries[Math.max(0, Math.min(entries.length - 1, now + by))]
    if (next !== undefined) chooseEntry(editor, next)
  }
  const onKeyDown = (event: ReactKeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -entries.length, End: entries.length }[event.key]
    if (by !== undefined && !event.altKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault()
      event.stopPropagation()
      move(by)
    } else onKeys(event)
  }

  if (steps.length === 0) return <p className="px-4 py-2 text-body text-muted">No steps yet.</p>
  return (
    <div
      ref={tree}
      role="tree"
      aria-label="Steps of the flow"
      className="min-h-0 flex-1 overflow-y-auto px-2 pb-3"
      onKeyDown={onKeyDown}
    >
      {entries.map((entry, index) => (
        <OutlineItem
          key={entry.id}
          entry={entry}
          opensOnClick={opensOnClick}
          isActive={entry.id === active}
          isTabStop={active === undefined ? index === 0 : entry.id === active}
        />
      ))}
    </div>
  )
}
