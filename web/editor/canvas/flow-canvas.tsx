import { ReactFlowProvider, useReactFlow, useStoreApi } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { createStore } from 'zustand/vanilla'
import type { Flow } from '#shared/flow.ts'
import type { Catalog } from '#shared/manifest.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import type { InsideStep } from '../code-steps-of.ts'
import { findNode } from '../document-index.ts'
import { arranged } from '../layout/arranged.ts'
import { placeOf, sizeOf } from '../layout/measures.ts'
import type { CanvasState, StepProgress } from '../state.ts'
import { CanvasContext, InsideContext } from './canvas-context.ts'
import { CanvasSurface } from './canvas-surface.tsx'
import { createCanvasViews } from './canvas-views.ts'
import { firstView, viewOver } from './first-view.ts'
import { lineCourses } from './line-courses.ts'

export interface FlowCanvasProps {
  document: Flow
  catalog: Catalog
  /** How each step fared, by its id. */
  states: ReadonlyMap<string, StepProgress>
  /** The lines that were taken, by `edgeKey`. */
  taken: ReadonlySet<string>
  selected: string | undefined
  /** Of the chosen step's code, by `codeStepKey`. */
  selectedInside: string | undefined
  onSelect: (stepId: string | undefined) => void
  onSelectInside: (stepId: string, step: InsideStep | undefined) => void
}

/** A flow to look at: frozen as it ran, with what happened in it. Steps can be chosen, nothing can be changed. */
export function FlowCanvas(props: FlowCanvasProps) {
  return (
    <ReactFlowProvider>
      <FrozenCanvas {...props} />
    </ReactFlowProvider>
  )
}

type Drawn = Pick<FlowCanvasProps, 'catalog' | 'states' | 'taken' | 'selected' | 'selectedInside'>

function canvasState(placed: Flow, { catalog, states, taken, selected, selectedInside }: Drawn): CanvasState {
  return {
    readOnly: true,
    catalog,
    document: placed,
    session: {
      selection: selected === undefined ? [] : [selected],
      inside: selected === undefined || selectedInside === undefined ? undefined : { id: selected, key: selectedInside },
      line: undefined,
      renaming: undefined,
      connecting: undefined,
      dragging: undefined,
      keepTidy: false,
      search: undefined,
    },
    overlay: { steps: states, taken, problemOf: new Map() },
  }
}

function FrozenCanvas(props: FlowCanvasProps) {
  const { document, catalog, states, taken, selected, selectedInside, onSelect, onSelectInside } = props
  const placed = useMemo(() => arranged(document, catalog), [document, catalog])
  const [store] = useState(() => createStore<CanvasState>(() => canvasState(placed, props)))
  useEffect(() => {
    store.setState(canvasState(placed, { catalog, states, taken, selected, selectedInside }))
  }, [store, placed, catalog, states, taken, selected, selectedInside])

  const views = useMemo(() => createCanvasViews(catalog), [catalog])
  const courses = useMemo(() => lineCourses(placed, catalog), [placed, catalog])
  const nodes = useMemo(() => views.nodes(placed, selected === undefined ? [] : [selected], undefined), [views, placed, selected])
  const lines = useMemo(() => views.lines(placed, undefined, courses, taken), [views, placed, courses, taken])
  const frame = useRef<HTMLDivElement>(null)
  const { setViewport, zoomIn, zoomOut } = useReactFlow()
  const flowStore = useStoreApi()

  const showAll = () => {
    const { width = 0, height = 0 } = frame.current?.getBoundingClientRect() ?? {}
    void setViewport(firstView(placed, width, height), { duration: 160 })
  }
  useEffect(() => {
    const node = findNode(placed, selected)
    const { transform, width, height } = flowStore.getState()
    const [x, y, zoom] = transform
    const view =
      node === undefined || width === 0
        ? undefined
        : viewOver({ x, y, zoom }, { ...placeOf(placed, node), ...sizeOf(placed, node) }, width, height)
    if (view !== undefined) void setViewport(view, { duration: 160 })
  }, [selected, placed, flowStore, setViewport])

  return (
    <CanvasContext value={store}>
      <InsideContext value={onSelectInside}>
        <div ref={frame} className="relative size-full min-h-0" role="region" aria-label="The flow as it ran">
          <CanvasSurface
            nodes={nodes}
            edges={lines}
            data-read-only
            nodesDraggable={false}
            nodesConnectable={false}
            selectionOnDrag={false}
            panOnDrag
            onInit={(instance) => {
              const { width = 0, height = 0 } = frame.current?.getBoundingClientRect() ?? {}
              void instance.setViewport(firstView(placed, width, height))
            }}
            onNodeClick={(_, node) => onSelect(node.id)}
            onPaneClick={() => onSelect(undefined)}
          />
          <div className="edge absolute bottom-3 left-3 z-10 flex rounded-card border border-line bg-raised p-0.5">
            <IconButton
              size="small"
              label="Zoom out"
              icon={<Minus size={16} />}
              onClick={() => void zoomOut({ duration: 120 })}
            />
            <IconButton size="small" label="Zoom in" icon={<Plus size={16} />} onClick={() => void zoomIn({ duration: 120 })} />
            <IconButton size="small" label="Show the whole flow" icon={<Maximize size={15} />} onClick={showAll} />
          </div>
        </div>
      </InsideContext>
    </CanvasContext>
  )
}
