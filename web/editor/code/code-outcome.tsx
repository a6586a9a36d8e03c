import { CornerDownLeft } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { errorWords } from '../drawer/error-words.ts'
import { RawView } from '../drawer/raw-view.tsx'
import { nameOf } from '#shared/flow-names.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import { useMissingSamples } from '../inspector/use-missing-samples.ts'
import { useStepTest } from '../inspector/test-step.ts'
import { useEditor, useEditorStore } from '../store.ts'

interface CodeOutcomeProps {
  /** Absent where the code isn't shown. */
  onGoTo: ((line: number, column: number | undefined) => void) | undefined
}

/** What the last test of the code gave, under it; all of it is with the data below the canvas. */
export function CodeOutcome({ onGoTo }: CodeOutcomeProps) {
  const editor = useEditorStore()
  const test = useStepTest(useStepId())
  const missing = useMissingSamples()
  const isDrawerOpen = useEditor((state) => state.session.drawer.open)
  if (test?.kind !== 'done') return null
  const { output, error, status, logs } = test.result
  const { line, column } = error ?? {}
  return (
    <section aria-label="Result" className="flex flex-col gap-1.5">
      <div className="flex h-7 items-center justify-between gap-3">
        <h2 className="text-label">Result</h2>
        {!isDrawerOpen && (
          <Button
            variant="quiet"
            size="small"
            onClick={() => editor.setSession({ drawer: { open: true, tab: error !== null && logs.length > 0 ? 'log' : 'out' } })}
          >
            Show the data
          </Button>
        )}
      </div>
      {error !== null && (
        <div className="flex items-start gap-3 rounded-field border border-failed bg-failed-soft py-1.5 pr-1.5 pl-3">
          <p className="min-w-0 flex-1 self-center text-body break-words text-failed">
            {errorWords(error)}
            {missing.length > 0 && (
              <span className="mt-1 block text-small text-muted">
                {missing.map((step) => `“${nameOf(step)}”`).join(', ')} had no sample in this test, so what{' '}
                {missing.length === 1 ? 'it gives' : 'they give'} was empty. That may be why.
              </span>
            )}
          </p>
          {line !== undefined && onGoTo !== undefined && (
            <Button size="small" icon={<CornerDownLeft size={14} />} onClick={() => onGoTo(line, column)}>
              Go to line {line}
            </Button>
          )}
        </div>
      )}
      {status === 'succeeded' && (
        <div
          // Long values scroll, which needs the focus to be done by keyboard.
          tabIndex={0}
          role="region"
          aria-label="What it gave"
          className="max-h-40 overflow-auto rounded-field border border-line bg-sunken"
        >
          <RawView value={output} />
        </div>
      )}
    </section>
  )
}
