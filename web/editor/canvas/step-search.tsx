import { useStore } from '@xyflow/react'
import { useEffect, useRef, type RefObject } from 'react'
import { StepList } from '../add/step-list.tsx'
import { useEditor, useEditorStore } from '../store.ts'
import type { Point } from '../state.ts'
import { findNode } from '../document-index.ts'
import { placeOf, sizeOf } from '../layout/measures.ts'
import { exitX } from './exit-places.ts'

const size = { width: 320, height: 400 }
const edge = 12

/** The list of steps where something was dropped or clicked, with the line that is to be continued already drawn. */
export function StepSearch({ frame }: { frame: RefObject<HTMLDivElement | null> }) {
  const editor = useEditorStore()
  const search = useEditor((state) => state.session.search)
  const [x, y, zoom] = useStore((state) => state.transform)
  const panel = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (search === undefined) return undefined
    const close = (event: PointerEvent) => {
      if (event.target instanceof Node && panel.current?.contains(event.target) === false)
        editor.setSession({ search: undefined })
    }
    document.addEventListener('pointerdown', close, true)
    return () => document.removeEventListener('pointerdown', close, true)
  }, [search, editor])

  if (search === undefined) return null
  const { width = 0, height = 0 } = frame.current?.getBoundingClientRect() ?? {}
  const at = { x: search.at.x * zoom + x, y: search.at.y * zoom + y }
  const place = { x: fit(at.x, size.width, width), y: fit(at.y, size.height, height) }
  return (
    <>
      {search.place.kind === 'after' && search.place.at !== undefined && (
        <PendingLine source={search.place.source} handle={search.place.handle} to={at} transform={[x, y, zoom]} />
      )}
      <div
        ref={panel}
        role="dialog"
        aria-label="Add a step"
        className="edge absolute z-20 flex flex-col overflow-hidden rounded-card border border-line bg-raised shadow-float"
        style={{ left: place.x, top: place.y, width: size.width, height: Math.min(size.height, height - 2 * edge) }}
      >
        <StepList
          place={search.place}
          onClose={() => {
            editor.setSession({ search: undefined })
            frame.current?.focus({ preventScroll: true })
          }}
        />
      </div>
    </>
  )
}

function PendingLine({
  source,
  handle,
  to,
  transform: [x, y, zoom],
}: {
  source: string
  handle: string
  to: Point
  transform: [number, number, number]
}) {
  const document = useEditor((state) => state.document)
  const node = findNode(document, source)
  const catalog = useEditor((state) => state.catalog)
  if (node === undefined) return null
  const at = placeOf(document, node)
  const { width, height } = sizeOf(document, node)
  const from = { x: (at.x + exitX(node, handle, catalog, width)) * zoom + x, y: (at.y + height) * zoom + y }
  return (
    <svg aria-hidden className="pointer-events-none absolute inset-0 z-10 size-full text-accent">
      <path
        d={`M${from.x},${from.y}C${from.x},${(from.y + to.y) / 2} ${to.x},${(from.y + to.y) / 2} ${to.x},${to.y}`}
        fill="none"
        stroke="currentColor"
        strokeWidth={2}
        strokeDasharray="5 5"
      />
    </svg>
  )
}

function fit(from: number, length: number, room: number): number {
  return Math.max(edge, Math.min(from, room - length - edge))
}
