import { useState } from 'react'
import { nameOf } from '#shared/flow-names.ts'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { findNode } from '../../document-index.ts'
import { TypeIcon } from '../type-icon.tsx'
import { useEditor } from '../../store.ts'
import { fieldWords } from '../data/path-expression.ts'
import { shortValue, typeWord } from '../data/value-words.ts'
import { useSampleValue, useSourceId } from '../step-in-focus.ts'
import { holeWithFallback, type Hole } from './template-segments.ts'

interface PillFormProps {
  hole: Extract<Hole, { kind: 'pill' }>
  onReplace: (text: string) => void
  onPickAgain: () => void
  onFormula: () => void
  onClose: () => void
}

/** What can be done with a pill: choose other data, say what to use when it is empty, make a formula of it, remove it. */
export function PillForm({ hole, onReplace, onPickAgain, onFormula, onClose }: PillFormProps) {
  const [fallback, setFallback] = useState(hole.fallback ?? '')
  const sourceId = useSourceId(hole.path)
  const source = useEditor((state) => findNode(state.document, sourceId))
  const { known, value } = useSampleValue(hole.path)

  function finish(): void {
    if (fallback !== (hole.fallback ?? '')) onReplace(holeWithFallback(hole.path, fallback))
    else onClose()
  }

  return (
    <form
      className="flex w-92 max-w-[calc(100vw-2rem)] flex-col gap-3 p-2.5"
      onSubmit={(event) => {
        event.preventDefault()
        finish()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <div className="min-w-0">
        <p className="flex items-center gap-2 text-label">
          {source !== undefined && <TypeIcon type={source.type} size={16} />}
          <span className="truncate">{source === undefined ? (hole.path.step ?? hole.path.root) : nameOf(source)}</span>
        </p>
        <p className="mt-1 text-small break-words text-muted">{fieldWords(hole.path.keys) || 'Everything it gave'}</p>
        <p className="mt-1 truncate text-body">
          {known ? shortValue(value, 80) : 'No sample yet'}
          {known && <span className="ml-2 text-small text-muted">{typeWord(value)}</span>}
        </p>
      </div>
      <TextField
        autoFocus
        label="Fallback when empty"
        value={fallback}
        onChange={(event) => setFallback(event.target.value)}
        placeholder="Nothing: it stays empty"
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" size="small">
          Done
        </Button>
        <Button variant="secondary" size="small" onClick={onPickAgain}>
          Change…
        </Button>
        <Button variant="quiet" size="small" onClick={onFormula}>
          As formula
        </Button>
        <Button variant="quiet" size="small" onClick={() => onReplace('')}>
          Remove
        </Button>
      </div>
    </form>
  )
}
