import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import type { z } from 'zod'
import type { RunError } from '#shared/run.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { errorWords } from './error-words.ts'
import { rawText } from './raw-text.ts'

interface ErrorPanelProps {
  error: z.infer<typeof RunError>
  onAgain?: (() => void) | undefined
}

/** A failure: what happened in words, where, the next thing to do; what developers want to see is folded. */
export function ErrorPanel({ error, onAgain }: ErrorPanelProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const more = [
    error.status === undefined ? undefined : `The other side answered ${error.status}.`,
    // Code does the same thing again; what is outside may be better next time.
    error.retryable && error.code !== 'code_error' ? 'Trying again may help.' : undefined,
  ].filter(Boolean)
  return (
    <div className="p-3">
      <Notice
        tone="problem"
        title={errorWords(error)}
        actions={
          onAgain === undefined ? undefined : (
            <Button size="small" onClick={onAgain}>
              Try again
            </Button>
          )
        }
      >
        {more.length > 0 && <span className="block">{more.join(' ')}</span>}
        <span data-dev className="mt-2 block">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setIsOpen(!isOpen)}
            className="flex items-center gap-1 text-label text-muted hover:text-ink"
          >
            <ChevronRight size={15} aria-hidden className={isOpen ? 'rotate-90' : undefined} />
            Developer details
          </button>
          <span id={id} hidden={!isOpen} className="mt-2 block">
            <code className="block font-mono text-code text-muted">
              {error.code}: {error.message}
            </code>
            {error.stack !== undefined && (
              <code className="mt-1 block font-mono text-code break-words whitespace-pre-wrap text-ink">{error.stack}</code>
            )}
            {error.details !== undefined && (
              <code className="mt-1 block font-mono text-code break-words whitespace-pre-wrap text-ink">
                {rawText(JSON.parse(JSON.stringify(error.details)), 5000).text}
              </code>
            )}
          </span>
        </span>
      </Notice>
    </div>
  )
}
