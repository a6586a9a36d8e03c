import '@xyflow/react/dist/base.css'
import './canvas.css'
import { Background, BackgroundVariant, ReactFlow, SelectionMode, type ReactFlowProps } from '@xyflow/react'
import { clsx } from 'clsx'
import { FlowLine } from './flow-line.tsx'
import { LoopNode } from './loop-node.tsx'
import { NoteNode } from './note-node.tsx'
import { StepNode } from './step-node.tsx'
import type { LineView, StepNodeView } from './canvas-views.ts'
import { useSpaceHeld } from './use-space-held.ts'

const nodeTypes = { step: StepNode, loop: LoopNode, note: NoteNode }
const edgeTypes = { line: FlowLine }
/** Above this many steps only those in view are in the page. */
const cullingFrom = 60
/** React Flow keeps these sentences in the page; they use our words. */
const ariaLabels = {
  'node.a11yDescription.default': 'Enter opens the step, Delete removes it, Escape lets go of it.',
  'node.a11yDescription.keyboardDisabled': 'Enter opens the step, Delete removes it, Escape lets go of it.',
  'edge.a11yDescription.default': 'Delete removes the line, Escape lets go of it.',
  'handle.ariaLabel': 'End of a line',
}
const isTouch = typeof window !== 'undefined' && window.matchMedia('(pointer: coarse)').matches

/** React Flow with our cards, lines and habits, and nothing of its own: what is drawn comes in, what is done goes out. */
export function CanvasSurface({ className, children, ...props }: ReactFlowProps<StepNodeView, LineView>) {
  const isSpaceHeld = useSpaceHeld()
  return (
    <ReactFlow<StepNodeView, LineView>
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      minZoom={0.1}
      maxZoom={2}
      snapToGrid
      snapGrid={[8, 8]}
      selectionOnDrag={!isTouch}
      selectionMode={SelectionMode.Partial}
      selectionKeyCode={null}
      panOnDrag={isTouch || isSpaceHeld ? true : [1, 2]}
      panActivationKeyCode={null}
      panOnScroll
      panOnScrollSpeed={1}
      zoomOnDoubleClick={false}
      multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
      deleteKeyCode={null}
      disableKeyboardA11y
      nodesFocusable={false}
      edgesFocusable={false}
      selectNodesOnDrag={false}
      nodeDragThreshold={3}
      nodeClickDistance={4}
      paneClickDistance={4}
      elevateEdgesOnSelect={false}
      elevateNodesOnSelect={false}
      onlyRenderVisibleElements={(props.nodes?.length ?? 0) > cullingFrom}
      ariaLabelConfig={ariaLabels}
      {...props}
      {...(isSpaceHeld ? { 'data-panning': '' } : {})}
      className={clsx('flow', className)}
    >
      <Background variant={BackgroundVariant.Dots} gap={16} size={1.5} />
      {children}
    </ReactFlow>
  )
}
