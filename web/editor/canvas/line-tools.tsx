import { EdgeLabelRenderer, useStore } from '@xyflow/react'
import { Plus, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { disconnect } from '../commands/connect.ts'
import { findNode, indexOf } from '../document-index.ts'
import { nameOf } from '#shared/flow-names.ts'
import { handleOf } from '#shared/flow-names.ts'
import { errorHandle } from '#shared/graph.ts'
import { placeOf, sizeOf } from '../layout/measures.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { exitX } from './exit-places.ts'
import { linePath, type LineCourse } from './line-path.ts'

/** Long enough to get from the line to its buttons. */
const graceMs = 160
/** Lines begin and end at the far side of the dots. */
const dotRadius = 6

export interface HoveredLine {
  id: string | undefined
  enter: (id: string) => void
  leave: () => void
}

export function useHoveredLine(): HoveredLine {
  const [id, setId] = useState<string | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return useMemo(
    () => ({
      id,
      enter(line: string) {
        clearTimeout(timer.current)
        setId(line)
      },
      leave() {
        clearTimeout(timer.current)
        timer.current = setTimeout(() => setId(undefined), graceMs)
      },
    }),
    [id],
  )
}

/** The + and the bin in the middle of the line the pointer is on, or of the one that is selected. */
export function LineTools({ courses, hover }: { courses: ReadonlyMap<string, LineCourse>; hover: HoveredLine }) {
  const editor = useEditorStore()
  const selected = useEditor((state) => state.session.line)
  const isBusy = useEditor((state) => state.session.connecting !== undefined || state.session.dragging !== undefined)
  const zoom = useStore((state) => state.transform[2])
  const document = useEditor((state) => state.document)
  const catalog = useEditor((state) => state.catalog)
  const line = hover.id ?? selected
  const edge = line === undefined ? undefined : indexOf(document).edges.get(line)
  const source = findNode(document, edge?.source)
  const target = findNode(document, edge?.target)
  if (isBusy || line === undefined || edge === undefined || source === undefined || target === undefined) return null
  const isSide = handleOf(edge) === errorHandle
  const from = placeOf(document, source)
  const to = placeOf(document, target)
  const size = sizeOf(document, source)
  const { middle } = linePath(
    {
      x: from.x + (isSide ? size.width + dotRadius : exitX(source, handleOf(edge), catalog, size.width)),
      y: from.y + (isSide ? size.height / 2 : size.height + dotRadius),
    },
    { x: to.x + sizeOf(document, target).width / 2, y: to.y - dotRadius },
    courses.get(line) ?? { bend: 'early' },
  )
  const words = `the line from ${nameOf(source)} to ${nameOf(target)}`
  return (
    <EdgeLabelRenderer>
      <div
        className="line-tools nodrag nopan"
        // Stays large enough to hit when the flow is small.
        style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px) scale(${Math.max(1, 0.8 / zoom)})` }}
        onMouseEnter={() => hover.enter(line)}
        onMouseLeave={hover.leave}
      >
        <button
          type="button"
          tabIndex={-1}
          className="round-button"
          aria-label={`Add a step on ${words}`}
          title="Add a step here"
          onClick={() =>
            editor.setSession({
              search: { place: { kind: 'line', line }, at: { x: middle.x + 24, y: middle.y - 20 } },
              panel: undefined,
            })
          }
        >
          <Plus size={14} strokeWidth={2.25} aria-hidden />
        </button>
        <button
          type="button"
          tabIndex={-1}
          className="round-button"
          data-danger
          aria-label={`Remove ${words}`}
          title="Remove this line"
          onClick={() => editor.run(disconnect, { line })}
        >
          <Trash2 size={13} strokeWidth={2} aria-hidden />
        </button>
      </div>
    </EdgeLabelRenderer>
  )
}
