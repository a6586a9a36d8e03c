import { Handle, Position, type NodeProps } from '@xyflow/react'
import { clsx } from 'clsx'
import { memo, use, useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { nameOf } from '#shared/flow.ts'
import { errorHandle } from '#shared/graph.ts'
import { StatusIcon, type StatusKind } from '../../ui/status-chip.tsx'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { exitLabel, exitsOf } from '../exits.ts'
import { messageAtStep } from '../problems.ts'
import { EditorContext } from '../store.ts'
import type { CanvasState, StepState } from '../state.ts'
import { AddStub } from './add-stub.tsx'
import { inHandle, type StepNodeView } from './canvas-views.ts'
import { useCanvasStore } from './canvas-context.ts'
import { exitX, lowerExits } from './exit-places.ts'
import { familyTile } from './family-look.ts'
import { NameInput } from './name-input.tsx'
import { QuickBar } from './quick-bar.tsx'
import { StepIcon } from './step-icon.tsx'
import { stateWords, stepState } from './step-view.ts'
import { summaryOf } from './summary.ts'

const icons: { [S in StepState]?: StatusKind } = {
  running: 'running',
  worked: 'worked',
  failed: 'failed',
  waiting: 'waiting',
  'needs-you': 'needs-you',
  stale: 'stale',
}

/** What a card shows, as flat facts: it draws again only when one of them changes. */
function factsOf(state: CanvasState, id: string) {
  const node = findNode(state.document, id)
  const { connecting } = state.session
  const progress = state.overlay.steps.get(id)
  const problem = state.overlay.problemOf.get(id)
  const isIdle = connecting === undefined
  return {
    node,
    type: node === undefined ? undefined : state.catalog.get(node.type),
    state: stepState(state, id),
    count: progress?.count,
    line3: progress?.line3,
    problem: problem === undefined || node === undefined ? undefined : messageAtStep(problem, nameOf(node)),
    isRenaming: state.session.renaming === id,
    isActive: state.session.selection.at(-1) === id,
    target: isIdle ? undefined : connecting.source === id ? 'source' : connecting.allowed.has(id) ? 'yes' : 'no',
    wired: outgoingOf(state.document, id)
      .map((edge) => edge.sourceHandle ?? 'out')
      .toSorted()
      .join(' '),
    isEntered: incomingOf(state.document, id).length > 0,
  }
}

/** One step: a card of fixed size with its name, what it does, how it fares, and its ways in and out. */
export const StepNode = memo(function StepNode({ id, selected, dragging }: NodeProps<StepNodeView>) {
  const store = useCanvasStore()
  const facts = useStore(
    store,
    useShallow((state: CanvasState) => factsOf(state, id)),
  )
  const editor = use(EditorContext)
  const [isPointedAt, setPointedAt] = useState(false)
  const { node, type, state } = facts
  if (node === undefined) return null
  const { catalog, readOnly } = store.getState()
  const name = nameOf(node)
  const shape = type?.role === 'trigger' ? 'start' : type?.type === 'branch' || type?.handles === 'cases' ? 'branch' : 'step'
  const icon = icons[state]
  const subtitle = state === 'unfinished' && facts.problem !== undefined ? facts.problem : summaryOf(node, type)
  const line3 = facts.line3 ?? stateWords[state === 'unfinished' ? 'idle' : state]
  const canEdit = editor !== undefined && !readOnly
  const wired = new Set(facts.wired.split(' '))
  const exits = lowerExits(node, catalog)

  return (
    <div onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
      <div
        id={`step-${id}`}
        role="group"
        aria-label={[name, type?.title, stateWords[state], state === 'unfinished' ? facts.problem : facts.line3]
          .filter(Boolean)
          .join(', ')}
        data-step={name}
        data-state={state}
        data-count={facts.count}
        data-shape={shape}
        data-target={facts.target}
        data-selected={selected || undefined}
        data-active={facts.isActive || undefined}
        data-dragging={dragging || undefined}
        title={node.note}
        className="step"
      >
        <span className={clsx('step-tile', type === undefined ? 'bg-off' : familyTile[type.family])}>
          <StepIcon name={type?.icon} />
        </span>
        <span className="step-words">
          {facts.isRenaming && editor !== undefined ? (
            <NameInput editor={editor} id={id} name={name} />
          ) : (
            <span className="step-name">{name}</span>
          )}
          <span className="step-line2" title={subtitle}>
            {subtitle}
          </span>
          {line3 !== '' && <span className="step-line3">{line3}</span>}
        </span>
        {icon !== undefined && (
          <span className="step-icon">
            <StatusIcon kind={icon} size={16} />
          </span>
        )}
      </div>
      {canEdit && isPointedAt && !dragging && facts.target === undefined && (
        <QuickBar editor={editor} id={id} name={name} isOff={state === 'off'} />
      )}
      {type?.role !== 'trigger' && (
        <Handle
          id={inHandle}
          type="target"
          position={Position.Top}
          isConnectableStart={false}
          className="step-entrance"
          data-wired={facts.isEntered || undefined}
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
          {...(handle === errorHandle ? {} : { style: { left: exitX(node, handle, catalog) } })}
          aria-hidden
        />
      ))}
      {exits.length > 1 &&
        exits.map((handle) => (
          <span
            key={handle}
            className="lane-label"
            style={{ left: exitX(node, handle, catalog), maxWidth: 232 / exits.length - 4 }}
            title={exitLabel(node, handle)}
          >
            {exitLabel(node, handle)}
          </span>
        ))}
      {canEdit &&
        facts.target === undefined &&
        exitsOf(node, catalog)
          .filter((handle) => !wired.has(handle))
          .map((handle) => (
            <AddStub
              key={handle}
              editor={editor}
              source={id}
              handle={handle}
              side={handle === errorHandle}
              left={exitX(node, handle, catalog)}
              label={
                exits.length > 1 || handle === errorHandle
                  ? `Add a step after ${name}, ${exitLabel(node, handle)}`
                  : `Add a step after ${name}`
              }
            />
          ))}
    </div>
  )
})
