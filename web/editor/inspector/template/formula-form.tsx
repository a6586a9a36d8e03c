import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { Button } from '../../../ui/button.tsx'
import { TextArea } from '../../../ui/text-area.tsx'
import { matchingHelpers, withHelper } from './matching-helpers.ts'
import { PreviewLine } from './preview-line.tsx'

interface FormulaFormProps {
  source: string
  onDone: (source: string) => void
  onRemove?: (() => void) | undefined
  onCancel: () => void
}

const examples = ['steps.price.total * 1.2', "formatDate(now, 'yyyy-MM-dd')", 'trigger.body.items.length']

/** One formula with what it comes to, as it is typed. */
export function FormulaForm({ source, onDone, onRemove, onCancel }: FormulaFormProps) {
  const [text, setText] = useState(source)
  const area = useRef<HTMLTextAreaElement>(null)
  const examplesId = useId()
  const isEmpty = text.trim() === ''
  const offered = matchingHelpers(text)

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      if (!isEmpty) onDone(text.trim())
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      onCancel()
    }
  }

  return (
    <div className="flex w-92 max-w-[calc(100vw-2rem)] flex-col gap-2 p-2.5">
      <TextArea
        ref={area}
        autoFocus
        label="Formula"
        mono
        rows={2}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-describedby={examplesId}
      />
      {offered.length > 0 && (
        <ul className="flex flex-col gap-px rounded-field bg-sunken p-1">
          {offered.map((helper) => (
            <li key={helper.name}>
              <button
                type="button"
                className="w-full rounded-[4px] px-2 py-1 text-left hover:bg-hover"
                onClick={() => {
                  setText(withHelper(text, helper))
                  area.current?.focus()
                }}
              >
                <code className="block font-mono text-code">{helper.usage}</code>
                <span className="block text-small text-muted">{helper.description}</span>
                <code className="block truncate font-mono text-small text-muted">
                  {helper.example.source} → {helper.example.gives}
                </code>
              </button>
            </li>
          ))}
        </ul>
      )}
      {isEmpty ? (
        <ul id={examplesId} className="flex flex-wrap gap-1.5">
          {examples.map((example) => (
            <li key={example}>
              <button
                type="button"
                className="rounded-full bg-sunken px-2 py-0.5 font-mono text-small text-muted hover:text-ink"
                onClick={() => {
                  setText(example)
                  area.current?.focus()
                }}
              >
                {example}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <PreviewLine text={`{{ ${text} }}`} className="min-h-4 flex-wrap" />
      )}
      <div className="flex gap-2">
        <Button variant="primary" size="small" disabled={isEmpty} onClick={() => onDone(text.trim())}>
          Use it
        </Button>
        <Button variant="quiet" size="small" onClick={onCancel}>
          Cancel
        </Button>
        {onRemove !== undefined && (
          <Button variant="quiet" size="small" className="ml-auto" onClick={onRemove}>
            Remove
          </Button>
        )}
      </div>
    </div>
  )
}
