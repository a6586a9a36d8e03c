import { useReactFlow, useStoreApi, type ReactFlowInstance, type Viewport } from '@xyflow/react'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { findNode } from '../document-index.ts'
import { placeOf, sizeOf } from '../layout/measures.ts'
import { useEditor, useEditorStore } from '../store.ts'
import type { LineView, StepNodeView } from './canvas-views.ts'
import { firstView, viewOver } from './first-view.ts'

const glideMs = 160
/** What hangs below a card and is wanted next: the names of its ways on and their +. */
const below = 32

/** Where the canvas looks: remembered for each flow, moved by the zoom commands, and to the step that was chosen. */
export function useCanvasView(frame: RefObject<HTMLDivElement | null>) {
  const editor = useEditorStore()
  const flow = useReactFlow<StepNodeView, LineView>()
  const flowStore = useStoreApi()
  const flowId = useEditor((state) => state.flow.id)
  const isPointing = useRef(false)

  const show = useCallback((view: Viewport, duration = glideMs) => void flow.setViewport(view, { duration }), [flow])
  const size = useCallback(() => frame.current?.getBoundingClientRect() ?? { width: 0, height: 0 }, [frame])

  const onInit = useCallback(
    (instance: ReactFlowInstance<StepNodeView, LineView>) => {
      const { width, height } = size()
      void instance.setViewport(rememberedView(flowId, width) ?? firstView(editor.store.getState().document, width, height))
      performance.mark('canvas-ready')
    },
    [editor, flowId, size],
  )

  const request = useEditor((state) => state.session.view)
  useEffect(() => {
    if (request === undefined) return
    const { document, session } = editor.store.getState()
    const { width, height } = size()
    if (request.request === 'in') void flow.zoomIn({ duration: 120 })
    if (request.request === 'out') void flow.zoomOut({ duration: 120 })
    if (request.request === 'actual') void flow.zoomTo(1, { duration: glideMs })
    if (request.request === 'fit') {
      const padding = { x: '48px', top: '32px', bottom: `${32 + below}px` } as const
      void flow.fitView({ duration: glideMs, padding, maxZoom: 1 })
    }
    if (request.request === 'selection') {
      const nodes = session.selection.map((id) => ({ id }))
      if (nodes.length > 0 && document.nodes.length > 0 && width > 0 && height > 0) {
        void flow.fitView({ nodes, duration: glideMs, padding: 0.3, maxZoom: 1.25 })
      }
    }
  }, [request, editor, flow, size])

  // The step that was chosen comes into view, however it was chosen: by a key, from a list, by undoing.
  const active = useEditor((state) => state.session.selection.at(-1))
  const position = useEditor((state) => findNode(state.document, state.session.selection.at(-1))?.position)
  const reveal = useCallback(() => {
    const { document, session } = editor.store.getState()
    const node = findNode(document, session.selection.length === 1 ? session.selection[0] : undefined)
    const { transform, width, height } = flowStore.getState()
    if (node === undefined || width === 0 || isPointing.current || session.dragging !== undefined) return
    const [x, y, zoom] = transform
    const size = sizeOf(document, node)
    const view = viewOver({ x, y, zoom }, { ...placeOf(document, node), ...size, height: size.height + below }, width, height)
    if (view !== undefined) show(view)
  }, [editor, flowStore, show])
  useEffect(reveal, [reveal, active, position])

  // Panels that open beside the canvas push it aside: what was in its middle stays there.
  useEffect(() => {
    const element = frame.current
    if (element === null) return undefined
    let before = element.getBoundingClientRect().width
    const observer = new ResizeObserver(() => {
      const { width } = element.getBoundingClientRect()
      const shift = (width - before) / 2
      before = width
      if (shift === 0 || width === 0) return
      const [x, y, zoom] = flowStore.getState().transform
      void flow.setViewport({ x: x + shift, y, zoom })
      requestAnimationFrame(reveal)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame, flow, flowStore, reveal])

  return {
    onInit,
    isGliding: useGliding(),
    onMoveStart: useCallback((event: MouseEvent | TouchEvent | null) => {
      isPointing.current = event !== null
    }, []),
    onMoveEnd: useCallback(
      (_: unknown, view: Viewport) => {
        isPointing.current = false
        rememberView(flowId, view, size().width)
      },
      [flowId, size],
    ),
  }
}

/** True for a moment after the steps were moved by a command, so that cards glide to their new places. */
function useGliding(): boolean {
  const editor = useEditorStore()
  const [isGliding, setGliding] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const unsubscribe = editor.store.subscribe((state, before) => {
      if (state.document.nodes === before.document.nodes || before.session.dragging !== undefined) return
      if (state.document.edges === before.document.edges && state.session.keepTidy === before.session.keepTidy) return
      clearTimeout(timer)
      setGliding(true)
      timer = setTimeout(() => setGliding(false), glideMs + 60)
    })
    return () => {
      unsubscribe()
      clearTimeout(timer)
    }
  }, [editor])
  return isGliding
}

// What is remembered sideways is the middle: next time the canvas may be wider, or narrower by the panels beside it.
const viewKey = (flowId: string): string => `holdfast:view:2:${flowId}`

function rememberedView(flowId: string, width: number): Viewport | undefined {
  const parts = (localStorage.getItem(viewKey(flowId)) ?? '').split(' ').map(Number)
  const [middle, y, zoom] = parts
  if (parts.length !== 3 || middle === undefined || y === undefined || zoom === undefined || !parts.every(Number.isFinite))
    return undefined
  return { x: Math.round(width / 2 - middle * zoom), y, zoom }
}

function rememberView(flowId: string, { x, y, zoom }: Viewport, width: number): void {
  const kept = Math.round(zoom * 1000) / 1000
  localStorage.setItem(viewKey(flowId), `${Math.round((width / 2 - x) / kept)} ${Math.round(y)} ${kept}`)
}
