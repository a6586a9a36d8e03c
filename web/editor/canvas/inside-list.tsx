import { Repeat2 } from 'lucide-react'
import { use } from 'react'
import { StatusIcon } from '../../ui/status-chip.tsx'
import { codeStepWords } from '../../words/code-step-words.ts'
import { codeStepKey, codeStepName, type InsideStep } from '../code-steps-of.ts'
import { insideRows } from '../layout/measures.ts'
import type { StepProgress } from '../state.ts'
import { InsideContext } from './canvas-context.ts'
import { CodeStepIcon } from './code-step-icon.tsx'
import { mostUrgent } from './most-urgent.ts'
import { stateIcons, stateWords } from './step-view.ts'

interface InsideListProps {
  id: string
  steps: readonly InsideStep[]
  states: ReadonlyMap<string, StepProgress> | undefined
  /** The one that is looked at, by `codeStepKey`. */
  chosen: string | undefined
}

/** The durable steps of a step's code, on its card: rows of fixed height, the last one for all there is no room for. */
export function InsideList({ id, steps, states, chosen }: InsideListProps) {
  const open = use(InsideContext)
  const { shown, more } = insideRows(steps)
  const stateOf = (step: InsideStep) => states?.get(codeStepKey(step))
  return (
    <ul className="inside-list">
      {shown.map((step) => {
        const key = codeStepKey(step)
        const name = codeStepName(step)
        const progress = stateOf(step)
        return (
          <li key={key}>
            <InsideRow
              name={name}
              label={[codeStepWords(step.kind), step.inLoop && 'repeated', progress && stateWords[progress.state]]}
              title={`${codeStepWords(step.kind)}: ${name}${step.line === undefined ? '' : ` (line ${step.line})`}`}
              icon={<CodeStepIcon call={step.kind} size={14} />}
              isRepeated={step.inLoop}
              progress={progress}
              isChosen={key === chosen}
              onOpen={() => open?.(id, step)}
            />
          </li>
        )
      })}
      {more.length > 0 && (
        <li>
          <InsideRow
            name={`+${more.length} more`}
            label={['steps inside']}
            title={more.map(codeStepName).join('\n')}
            icon={null}
            isRepeated={false}
            progress={states && mostUrgent(more.flatMap((step) => stateOf(step) ?? []))}
            isChosen={more.some((step) => codeStepKey(step) === chosen)}
            onOpen={() => open?.(id, undefined)}
          />
        </li>
      )}
    </ul>
  )
}

interface InsideRowProps {
  name: string
  label: readonly (string | false | undefined)[]
  title: string
  icon: React.ReactNode
  isRepeated: boolean
  progress: StepProgress | undefined
  isChosen: boolean
  onOpen: () => void
}

function InsideRow({ name, label, title, icon, isRepeated, progress, isChosen, onOpen }: InsideRowProps) {
  const status = progress && stateIcons[progress.state]
  return (
    <button
      type="button"
      // The canvas is one stop for Tab; the outline lists these too.
      tabIndex={-1}
      aria-label={[[name, progress?.line3].filter(Boolean).join(' '), ...label].filter(Boolean).join(', ')}
      title={title}
      data-inside={name}
      data-state={progress?.state}
      data-count={progress?.count}
      data-chosen={isChosen || undefined}
      className="inside-row nodrag nopan"
      onClick={(event) => {
        // Not also the card below.
        event.stopPropagation()
        onOpen()
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <span className="inside-icon">{icon}</span>
      {/* The space is for those who hear it. */}
      <span className="inside-name">{name}</span>{' '}
      {progress?.line3 !== undefined && <span className="inside-count">{progress.line3}</span>}
      {status !== undefined ? (
        <span className="inside-state">
          <StatusIcon kind={status} size={13} />
        </span>
      ) : (
        isRepeated && <Repeat2 size={13} strokeWidth={1.75} aria-hidden className="inside-loop" />
      )}
    </button>
  )
}
