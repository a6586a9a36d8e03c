import { LayoutGrid, Maximize, Minus, Plus } from 'lucide-react'
import { clsx } from 'clsx'
import { toggleKeepTidy } from '../commands/arrange.ts'
import { zoomFit, zoomIn, zoomOut } from '../commands/panels.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useEditor, useEditorStore } from '../store.ts'

/** Zoom and order, at the corner of the canvas. */
export function ZoomCluster() {
  const editor = useEditorStore()
  const keepTidy = useEditor((state) => state.session.keepTidy)
  const readOnly = useEditor((state) => state.readOnly)
  return (
    <div
      role="toolbar"
      aria-label="View"
      className="edge absolute bottom-3 left-3 z-10 flex gap-0.5 rounded-card border border-line bg-raised p-0.5"
    >
      <IconButton
        label="Zoom out"
        shortcut="-"
        tooltipSide="top"
        icon={<Minus size={17} />}
        onClick={() => editor.run(zoomOut, undefined)}
      />
      <IconButton
        label="Zoom in"
        shortcut="+"
        tooltipSide="top"
        icon={<Plus size={17} />}
        onClick={() => editor.run(zoomIn, undefined)}
      />
      <IconButton
        label="Show the whole flow"
        shortcut="1"
        tooltipSide="top"
        icon={<Maximize size={16} />}
        onClick={() => editor.run(zoomFit, undefined)}
      />
      {!readOnly && (
        <IconButton
          label="Keep tidy"
          tooltipSide="top"
          aria-pressed={keepTidy}
          className={clsx(keepTidy && 'bg-accent-soft text-accent!')}
          icon={<LayoutGrid size={16} />}
          onClick={() => editor.run(toggleKeepTidy, undefined)}
        />
      )}
    </div>
  )
}
