import type { EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { nameOf } from '#shared/flow-names.ts'
import { errorHandle } from '#shared/graph.ts'
import { findNode } from '../document-index.ts'
import type { CanvasState } from '../state.ts'
import { useCanvasStore } from './canvas-context.ts'
import type { LineView } from './canvas-views.ts'
import { linePath } from './line-path.ts'

function factsOf(state: CanvasState, id: string, source: string, target: string) {
  const from = findNode(state.document, source)
  const to = findNode(state.document, target)
  const { steps, taken } = state.overlay
  const isFlowing = steps.get(target)?.state === 'running' && (taken.has(id) || steps.get(source)?.state === 'worked')
  return {
    name: `${from === undefined ? source : nameOf(from)} > ${to === undefined ? target : nameOf(to)}`,
    isTaken: taken.has(id),
    isFlowing,
    isDotted: from?.settings.disabled === true || to?.settings.disabled === true,
    isUnreached: steps.get(target)?.state === 'not-reached' || steps.get(source)?.state === 'not-reached',
  }
}

/** One line: *then do*. */
export const FlowLine = memo(function FlowLine({
  id,
  source,
  target,
  sourceX,
  sourceY,
  targetX,
  targetY,
  sourceHandleId,
  data,
  selected,
}: EdgeProps<LineView>) {
  const facts = useStore(
    useCanvasStore(),
    useShallow((state: CanvasState) => factsOf(state, id, source, target)),
  )
  const { path } = linePath({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, data?.course ?? { bend: 'early' })
  return (
    <g
      className="line"
      data-line={facts.name}
      data-taken={facts.isTaken}
      data-selected={selected || undefined}
      data-error={sourceHandleId === errorHandle || undefined}
      data-dotted={facts.isDotted || undefined}
      data-unreached={(!facts.isTaken && facts.isUnreached) || undefined}
    >
      <path className="react-flow__edge-path" d={path} />
      <path className="react-flow__edge-interaction" d={path} fill="none" strokeOpacity={0} strokeWidth={20} />
      {facts.isFlowing && (
        <circle r={3} className="bead">
          <animateMotion dur="0.9s" repeatCount="indefinite" path={path} />
        </circle>
      )}
    </g>
  )
})
