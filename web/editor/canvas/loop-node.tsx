import type { NodeProps } from '@xyflow/react'
import { clsx } from 'clsx'
import { Plus } from 'lucide-react'
import { memo, use, useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { nameOf } from '#shared/flow-names.ts'
import { StatusIcon } from '../../ui/status-chip.tsx'
import { findNode } from '../document-index.ts'
import { loopInset, placeOf, sizeOf } from '../layout/measures.ts'
import { messageAtStep } from '../problems.ts'
import { EditorContext, type Editor } from '../store.ts'
import type { CanvasState } from '../state.ts'
import type { StepNodeView } from './canvas-views.ts'
import { useCanvasStore } from './canvas-context.ts'
import { familyTile } from './family-look.ts'
import { NameInput } from './name-input.tsx'
import { QuickBar } from './quick-bar.tsx'
import { StepIcon } from './step-icon.tsx'
import { StepWays } from './step-ways.tsx'
import { stateIcons, stateWords, stepState } from './step-view.ts'
import { summaryOf } from './summary.ts'

function factsOf(state: CanvasState, id: string) {
  const node = findNode(state.document, id)
  const { connecting } = state.session
  const progress = state.overlay.steps.get(id)
  const problem = state.overlay.problemOf.get(id)
  const size = node === undefined ? { width: 0, height: 0 } : sizeOf(state.document, node)
  return {
    node,
    type: node === undefined ? undefined : state.catalog.get(node.type),
    state: stepState(state, id),
    count: progress?.count,
    line3: progress?.line3,
    problem: problem === undefined || node === undefined ? undefined : messageAtStep(problem, nameOf(node)),
    isRenaming: state.session.renaming === id,
    isActive: state.session.selection.at(-1) === id,
    target:
      connecting === undefined ? undefined : connecting.source === id ? 'source' : connecting.allowed.has(id) ? 'yes' : 'no',
    isEmpty: !state.document.nodes.some((other) => other.parent === id),
    ...size,
  }
}

/** A step that does others again and again: a frame around them, with its name and what it goes through on top. */
export const LoopNode = memo(function LoopNode({ id, selected, dragging }: NodeProps<StepNodeView>) {
  const store = useCanvasStore()
  const facts = useStore(
    store,
    useShallow((state: CanvasState) => factsOf(state, id)),
  )
  const editor = use(EditorContext)
  const [isPointedAt, setPointedAt] = useState(false)
  const { node, type, state, width, height } = facts
  if (node === undefined) return null
  const name = nameOf(node)
  const icon = stateIcons[state]
  const summary = state === 'unfinished' && facts.problem !== undefined ? facts.problem : summaryOf(node, type)
  const words = facts.line3 ?? stateWords[state === 'unfinished' ? 'idle' : state]
  const canEdit = editor !== undefined && !store.getState().readOnly
  return (
    <div onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
      <div
        id={`step-${id}`}
        role="group"
        aria-label={[name, type?.title, summary, stateWords[state], facts.line3].filter(Boolean).join(', ')}
        data-step={name}
        data-state={state}
        data-count={facts.count}
        data-shape="loop"
        data-target={facts.target}
        data-selected={selected || undefined}
        data-active={facts.isActive || undefined}
        data-dragging={dragging || undefined}
        title={node.note}
        className="step loop"
        style={{ width, height }}
      >
        <div className="loop-header">
          <span className={clsx('step-tile', type === undefined ? 'bg-off' : familyTile[type.family])}>
            <StepIcon name={type?.icon} size={14} />
          </span>
          {facts.isRenaming && editor !== undefined ? (
            <NameInput editor={editor} id={id} name={name} />
          ) : (
            <span className="step-name">{name}</span>
          )}
          <span className="step-line2" title={summary}>
            {summary}
          </span>
          {words !== '' && <span className="step-line3">{words}</span>}
          {icon !== undefined && (
            <span className="step-icon">
              <StatusIcon kind={icon} size={16} />
            </span>
          )}
        </div>
        {facts.isEmpty && canEdit && <AddInside editor={editor} id={id} name={name} />}
      </div>
      {canEdit && isPointedAt && !dragging && facts.target === undefined && (
        <QuickBar editor={editor} id={id} name={name} isOff={state === 'off'} />
      )}
      <StepWays id={id} node={node} width={width} isStart={false} canAdd={canEdit && facts.target === undefined} />
    </div>
  )
})

function AddInside({ editor, id, name }: { editor: Editor; id: string; name: string }) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={`Add a step inside ${name}`}
      className="loop-empty nodrag nopan"
      onClick={(event) => {
        event.stopPropagation()
        const { document } = editor.store.getState()
        const node = findNode(document, id)
        if (node === undefined) return
        const { x, y } = placeOf(document, node)
        editor.setSession({
          search: { place: { kind: 'inside', parent: id }, at: { x: x + loopInset.side, y: y + loopInset.top + 56 } },
          panel: undefined,
        })
      }}
    >
      <Plus size={14} strokeWidth={2.25} aria-hidden /> Add a step inside
    </button>
  )
}
