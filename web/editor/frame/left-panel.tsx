import { X } from 'lucide-react'
import { StepList } from '../add/step-list.tsx'
import { placeForNext } from '../commands/panels.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useEditor, useEditorStore, useEditorShallow } from '../store.ts'
import { Outline } from './outline.tsx'
import { ResizeEdge } from './resize-edge.tsx'
import { useRememberedSize } from './use-remembered-size.ts'

const range = { least: 240, most: 400, usual: 288 }

/** The list of steps to add, or the outline of the flow; beside the canvas, which makes room. */
export function LeftPanel() {
  const editor = useEditorStore()
  const panel = useEditor((state) => state.session.panel)
  const place = useEditorShallow((state) => state.session.addPlace ?? placeForNext(state))
  const [width, resize] = useRememberedSize('left-panel', range.usual, range.least, range.most)
  if (panel === undefined) return null
  const title =
    panel === 'outline'
      ? 'Outline'
      : place.kind === 'start'
        ? 'Choose a start'
        : place.kind === 'replace'
          ? 'Replace the step'
          : 'Add a step'
  const close = () => {
    editor.setSession({ panel: undefined, addPlace: undefined })
    document.querySelector<HTMLElement>('[data-canvas]')?.focus({ preventScroll: true })
  }
  return (
    <aside
      data-region="panel"
      aria-label={title}
      className="relative flex shrink-0 flex-col border-r border-line bg-surface max-md:absolute max-md:inset-y-0 max-md:left-0 max-md:z-30 max-md:shadow-float"
      style={{ width }}
    >
      <header className="flex h-11 shrink-0 items-center justify-between pr-2 pl-4">
        <h2 className="text-h2">{title}</h2>
        <IconButton size="small" label="Close" shortcut="Esc" icon={<X size={16} />} onClick={close} />
      </header>
      {panel === 'add' ? <StepList place={place} onClose={close} /> : <Outline />}
      <ResizeEdge label="Width of the panel" side="right" size={width} {...range} onResize={resize} />
    </aside>
  )
}
