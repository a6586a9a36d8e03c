import { Handle, Position } from '@xyflow/react'
import { use } from 'react'
import type { FlowNode } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import { errorHandle } from '#shared/graph.ts'
import { incomingOf, outgoingOf } from '../document-index.ts'
import { exitLabel, exitsOf } from '../exits.ts'
import { EditorContext } from '../store.ts'
import { AddStub } from './add-stub.tsx'
import { useCanvas, useCanvasStore } from './canvas-context.ts'
import { inHandle } from './canvas-views.ts'
import { exitX, lowerExits } from './exit-places.ts'

interface StepWaysProps {
  id: string
  node: FlowNode
  width: number
  isStart: boolean
  canAdd: boolean
}

/** The way into a step and the ways out of it: where lines end and begin, what they are called, and a + where none leads on. */
export function StepWays({ id, node, width, isStart, canAdd }: StepWaysProps) {
  const editor = use(EditorContext)
  const { catalog } = useCanvasStore().getState()
  const isEntered = useCanvas(({ document }) => incomingOf(document, id).length > 0)
  const wired = useCanvas(({ document }) =>
    outgoingOf(document, id)
      .map((edge) => edge.sourceHandle ?? 'out')
      .toSorted()
      .join(' '),
  ).split(' ')
  const name = nameOf(node)
  const exits = lowerExits(node, catalog)
  return (
    <>
      {!isStart && (
        <Handle
          id={inHandle}
          type="target"
          position={Position.Top}
          isConnectableStart={false}
          className="step-entrance"
          data-wired={isEntered || undefined}
          aria-hidden
        />
      )}
      {exitsOf(node, catalog).map((handle) => (
        <Handle
          key={handle}
          id={handle}
          type="source"
          position={handle === errorHandle ? Position.Right : Position.Bottom}
          isConnectableEnd={false}
          className="step-exit"
          {...(handle === errorHandle ? {} : { style: { left: exitX(node, handle, catalog, width) } })}
          aria-hidden
        />
      ))}
      {exits.length > 1 &&
        exits.map((handle) => (
          <span
            key={handle}
            className="lane-label"
            style={{ left: exitX(node, handle, catalog, width), maxWidth: width / exits.length - 4 }}
            title={exitLabel(node, handle)}
          >
            {exitLabel(node, handle)}
          </span>
        ))}
      {canAdd &&
        editor !== undefined &&
        exitsOf(node, catalog)
          .filter((handle) => !wired.includes(handle))
          .map((handle) => (
            <AddStub
              key={handle}
              editor={editor}
              source={id}
              handle={handle}
              side={handle === errorHandle}
              left={exitX(node, handle, catalog, width)}
              label={
                exits.length > 1 || handle === errorHandle
                  ? `Add a step after ${name}, ${exitLabel(node, handle)}`
                  : `Add a step after ${name}`
              }
            />
          ))}
    </>
  )
}
