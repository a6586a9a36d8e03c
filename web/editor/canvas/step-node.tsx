import type { NodeProps } from '@xyflow/react'
import { clsx } from 'clsx'
import { memo, use, useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import { nameOf } from '#shared/flow-names.ts'
import { StatusIcon } from '../../ui/status-chip.tsx'
import { insideWords } from '../../words/code-step-words.ts'
import { codeStepsOf } from '../code-steps-of.ts'
import { findNode } from '../document-index.ts'
import { cardWidth, heightOf } from '../layout/measures.ts'
import { messageAtStep } from '../problems.ts'
import { EditorContext } from '../store.ts'
import type { CanvasState } from '../state.ts'
import type { StepNodeView } from './canvas-views.ts'
import { useCanvasStore } from './canvas-context.ts'
import { familyTile } from './family-look.ts'
import { InsideList } from './inside-list.tsx'
import { NameInput } from './name-input.tsx'
import { QuickBar } from './quick-bar.tsx'
import { StepIcon } from './step-icon.tsx'
import { StepWays } from './step-ways.tsx'
import { stateIcons, stateWords, stepState } from './step-view.ts'
import { summaryOf } from './summary.ts'

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
    inside: progress?.inside,
    chosenInside: state.session.inside?.id === id ? state.session.inside.key : undefined,
    problem: problem === undefined || node === undefined ? undefined : messageAtStep(problem, nameOf(node)),
    isRenaming: state.session.renaming === id,
    isActive: state.session.selection.at(-1) === id,
    target: isIdle ? undefined : connecting.source === id ? 'source' : connecting.allowed.has(id) ? 'yes' : 'no',
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
  const { readOnly } = store.getState()
  const name = nameOf(node)
  const shape = type?.role === 'trigger' ? 'start' : type?.type === 'branch' || type?.handles === 'cases' ? 'branch' : 'step'
  const icon = stateIcons[state]
  const subtitle = state === 'unfinished' && facts.problem !== undefined ? facts.problem : summaryOf(node, type)
  const line3 = facts.line3 ?? stateWords[state === 'unfinished' ? 'idle' : state]
  const canEdit = editor !== undefined && !readOnly
  const inside = codeStepsOf(node)

  return (
    <div onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)}>
      <div
        id={`step-${id}`}
        role="group"
        aria-label={[
          name,
          type?.title,
          stateWords[state],
          state === 'unfinished' ? facts.problem : facts.line3,
          inside.length > 0 && insideWords(inside.length),
        ]
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
        {...(inside.length > 0 && { 'data-inside-count': inside.length, style: { height: heightOf(node) } })}
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
        {inside.length > 0 && <InsideList id={id} steps={inside} states={facts.inside} chosen={facts.chosenInside} />}
      </div>
      {canEdit && isPointedAt && !dragging && facts.target === undefined && (
        <QuickBar editor={editor} id={id} name={name} isOff={state === 'off'} />
      )}
      <StepWays
        id={id}
        node={node}
        width={cardWidth}
        isStart={type?.role === 'trigger'}
        canAdd={canEdit && facts.target === undefined}
      />
    </div>
  )
})
