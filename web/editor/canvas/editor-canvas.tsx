import {
  useReactFlow,
  useStoreApi,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
} from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, type MouseEvent as ReactMouseEvent } from 'react'
import { connect, disconnect, reroute, whyNot } from '../commands/connect.ts'
import { edgeFrom } from '../commands/add-step.ts'
import { moveSteps } from '../commands/move-steps.ts'
import { startRenaming } from '../commands/panels.ts'
import { useKeys } from '../keys/use-keys.ts'
import { codeStepKey, type InsideStep } from '../code-steps-of.ts'
import { isNote } from '../layout/measures.ts'
import { useEditor, useEditorStore } from '../store.ts'
import type { Point } from '../state.ts'
import { CanvasContext, InsideContext } from './canvas-context.ts'
import { CanvasSurface } from './canvas-surface.tsx'
import { createCanvasViews, type LineView, type StepNodeView } from './canvas-views.ts'
import { ConnectHint } from './connect-hint.tsx'
import { EmptyCanvas } from './empty-canvas.tsx'
import { lineCourses } from './line-courses.ts'
import { LineTools, useHoveredLine } from './line-tools.tsx'
import { PendingConnection } from './pending-connection.tsx'
import { StepSearch } from './step-search.tsx'
import { useCanvasView } from './use-canvas-view.ts'
import { ZoomCluster } from './zoom-cluster.tsx'

/** The canvas one works on. React Flow draws; every change it reports becomes a command or a change of the session. */
export function EditorCanvas() {
  const editor = useEditorStore()
  const document = useEditor((state) => state.document)
  const catalog = useEditor((state) => state.catalog)
  const readOnly = useEditor((state) => state.readOnly)
  const selection = useEditor((state) => state.session.selection)
  const selectedLine = useEditor((state) => state.session.line)
  const dragging = useEditor((state) => state.session.dragging)
  const isConnecting = useEditor((state) => state.session.connecting !== undefined)
  const taken = useEditor((state) => state.overlay.taken)
  const active = selection.at(-1)

  const views = useMemo(() => createCanvasViews(catalog), [catalog])
  const courses = useMemo(() => lineCourses(document, catalog), [document, catalog])
  const nodes = useMemo(() => views.nodes(document, selection, dragging), [views, document, selection, dragging])
  const lines = useMemo(
    () => views.lines(document, selectedLine, courses, taken),
    [views, document, selectedLine, courses, taken],
  )

  const frame = useRef<HTMLDivElement>(null)
  const view = useCanvasView(frame)
  const { screenToFlowPosition } = useReactFlow()
  const hover = useHoveredLine()
  const onKeyDown = useKeys('canvas')
  const connection = useConnecting()

  const onNodesChange = useCallback(
    (changes: NodeChange<StepNodeView>[]) => {
      const { session } = editor.store.getState()
      const selects = changes.filter((change) => change.type === 'select')
      if (selects.length > 0) {
        const chosen = new Set(session.selection)
        for (const { id, selected } of selects) {
          if (selected) chosen.add(id)
          else chosen.delete(id)
        }
        editor.select([...chosen])
      }
      const moves = changes.filter((change) => change.type === 'position' && change.dragging === true)
      if (moves.length > 0) {
        const positions = new Map<string, Point>(session.dragging)
        for (const move of moves)
          if (move.type === 'position' && move.position !== undefined) positions.set(move.id, move.position)
        editor.setSession({ dragging: positions })
      }
    },
    [editor],
  )

  const onEdgesChange = useCallback(
    (changes: EdgeChange<LineView>[]) => {
      for (const change of changes) {
        if (change.type !== 'select') continue
        const { line } = editor.store.getState().session
        if (change.selected) editor.setSession({ line: change.id })
        else if (line === change.id) editor.setSession({ line: undefined })
      }
    },
    [editor],
  )

  const drop = useCallback(() => {
    const positions = editor.store.getState().session.dragging
    if (positions !== undefined) editor.run(moveSteps, { positions })
  }, [editor])

  const openSearchAt = (event: { clientX: number; clientY: number }) => {
    if (readOnly) return
    const at = screenToFlowPosition({ x: event.clientX, y: event.clientY })
    editor.setSession({ search: { place: { kind: 'free', at }, at }, panel: undefined })
  }

  const openInside = useCallback(
    (id: string, step: InsideStep | undefined) => {
      if (step?.line === undefined) return editor.openStep(id)
      editor.revealLine(id, step.line)
      return editor.setSession({ inside: { id, key: codeStepKey(step) } })
    },
    [editor],
  )

  const steps = document.nodes.filter((node) => !isNote(node, catalog)).length

  return (
    <CanvasContext value={editor.store}>
      <InsideContext value={openInside}>
        <div
          ref={frame}
          role="application"
          aria-label={`Flow, ${steps} ${steps === 1 ? 'step' : 'steps'}. Arrow keys move through it, N adds a step, Enter opens one.`}
          aria-activedescendant={active === undefined ? undefined : `step-${active}`}
          tabIndex={0}
          data-canvas
          data-region="canvas"
          className="relative min-h-0 min-w-0 flex-1 overflow-hidden bg-canvas"
          onKeyDown={onKeyDown}
          onDoubleClick={(event) => {
            if (isPane(event.target)) openSearchAt(event)
          }}
          onPointerDown={(event) => {
            if (event.target instanceof Element && event.target.closest('input, textarea, button') === null)
              frame.current?.focus({ preventScroll: true })
          }}
        >
          <CanvasSurface
            nodes={nodes}
            edges={lines}
            {...(isConnecting ? { 'data-connecting': '' } : {})}
            {...(view.isGliding ? { 'data-gliding': '' } : {})}
            nodesDraggable={!readOnly}
            nodesConnectable={!readOnly}
            edgesReconnectable={!readOnly}
            reconnectRadius={10}
            connectionLineComponent={PendingConnection}
            connectionRadius={28}
            onInit={view.onInit}
            onMoveStart={view.onMoveStart}
            onMoveEnd={view.onMoveEnd}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onNodeDragStop={drop}
            onNodeClick={(event, node) => {
              if (event.shiftKey || event.ctrlKey || event.metaKey) return
              if (node.type !== 'note') editor.openStep(node.id)
            }}
            onNodeDoubleClick={(_, node) => {
              editor.select([node.id])
              editor.run(startRenaming, undefined)
            }}
            onPaneClick={(event: ReactMouseEvent) => {
              if (event.ctrlKey || event.metaKey) return openSearchAt(event)
              editor.setSession({ selection: [], line: undefined, openStepId: undefined, search: undefined })
            }}
            onEdgeMouseEnter={(_, edge) => hover.enter(edge.id)}
            onEdgeMouseLeave={() => hover.leave()}
            isValidConnection={connection.isValid}
            onConnectStart={connection.onStart}
            onConnect={connection.onConnect}
            onConnectEnd={connection.onEnd}
            onReconnectStart={(_, edge) => connection.onRerouteStart(edge.id)}
            onReconnect={(edge, to) => connection.onReroute(edge.id, to)}
            onReconnectEnd={(_, edge, __, state) => connection.onRerouteEnd(edge.id, state)}
          >
            {!readOnly && <LineTools courses={courses} hover={hover} />}
            <ConnectHint />
          </CanvasSurface>
          {steps === 0 && !readOnly && <EmptyCanvas />}
          <StepSearch frame={frame} />
          <ZoomCluster />
        </div>
      </InsideContext>
    </CanvasContext>
  )
}

function isPane(target: EventTarget): boolean {
  return target instanceof Element && target.classList.contains('react-flow__pane')
}

/** Drawing a line by hand, from picking it up to letting it go. */
function useConnecting() {
  const editor = useEditorStore()
  const { screenToFlowPosition } = useReactFlow()
  const flowStore = useStoreApi()
  const rerouted = useRef<{ line: string; done: boolean } | undefined>(undefined)

  const handlers = useMemo(() => {
    const partsOf = ({ source, sourceHandle, target }: { source: string; sourceHandle?: string | null; target: string }) => ({
      source,
      handle: sourceHandle ?? 'out',
      target,
    })
    const begin = (source: string, handle: string) => {
      const state = editor.store.getState()
      const allowed = state.document.nodes
        .filter(({ id }) => whyNot(state, edgeFrom(source, handle, id), rerouted.current?.line) === undefined)
        .map(({ id }) => id)
      editor.setSession({ connecting: { source, handle, allowed: new Set(allowed) }, search: undefined })
    }
    return {
      isValid: (line: Connection | LineView): boolean => {
        const { source, handle, target } = partsOf(line)
        return whyNot(editor.store.getState(), edgeFrom(source, handle, target), rerouted.current?.line) === undefined
      },
      onStart: (
        _: unknown,
        { nodeId, handleId, handleType }: { nodeId: string | null; handleId: string | null; handleType: string | null },
      ) => {
        if (nodeId !== null && handleType === 'source') begin(nodeId, handleId ?? 'out')
      },
      onConnect: (line: Connection) => {
        if (rerouted.current === undefined) editor.run(connect, partsOf(line))
      },
      onEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        editor.setSession({ connecting: undefined })
        if (rerouted.current !== undefined || state.isValid === true || state.fromHandle?.type !== 'source') return
        const from = state.fromNode?.id
        const handle = state.fromHandle.id ?? 'out'
        if (from === undefined) return
        const over = state.toNode ?? nodeUnder(event)
        if (over !== undefined && over !== null) {
          const why = whyNot(editor.store.getState(), edgeFrom(from, handle, over.id))
          if (why !== undefined) editor.announce(why)
          return
        }
        const { clientX, clientY } = 'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event
        const at = screenToFlowPosition({ x: clientX, y: clientY })
        editor.setSession({ search: { place: { kind: 'after', source: from, handle, at }, at }, panel: undefined })
      },
      onRerouteStart: (line: string) => {
        rerouted.current = { line, done: false }
        const edge = flowStore.getState().edgeLookup.get(line)
        if (edge !== undefined) begin(edge.source, edge.sourceHandle ?? 'out')
      },
      onReroute: (line: string, to: Connection) => {
        rerouted.current = { line, done: true }
        editor.run(reroute, { line, ...partsOf(to) })
      },
      onRerouteEnd: (line: string, state: FinalConnectionState) => {
        // Let go over nothing: the line comes off. Over a step it may not lead to, it stays where it was.
        const isOff = rerouted.current?.done === false && state.toNode === null && state.isValid !== true
        rerouted.current = undefined
        editor.setSession({ connecting: undefined })
        if (isOff) editor.run(disconnect, { line })
      },
    }
    function nodeUnder(event: MouseEvent | TouchEvent): { id: string } | undefined {
      const { clientX, clientY } = 'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event
      const id = globalThis.document.elementFromPoint(clientX, clientY)?.closest('.react-flow__node')?.getAttribute('data-id')
      return id === null || id === undefined ? undefined : { id }
    }
  }, [editor, flowStore, screenToFlowPosition])

  useEffect(() => () => editor.setSession({ connecting: undefined }), [editor])
  return handlers
}
