import { nameOf } from '#shared/flow-names.ts'
import { Button } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { findNode } from '../document-index.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { ResultLine } from './result-line.tsx'
import { useStepId } from './step-in-focus.ts'
import { takesRequests } from './takes-requests.ts'
import { useMissingSamples } from './use-missing-samples.ts'
import { useArrivingSample } from './use-arriving-sample.ts'
import { TestButton } from './test-button.tsx'
import { useFirstRun } from './use-first-run.ts'
import { testStep, useStepTest } from './test-step.ts'

/** Tests the open step and says in one line how it went. */
export function TestFooter() {
  const stepId = useStepId()
  const test = useStepTest(stepId)
  const readOnly = useEditor((state) => state.readOnly)
  const { role, polls } = useEditor((state) => state.catalog.get(findNode(state.document, stepId)?.type ?? '')) ?? {}
  const waitsForRun = useFirstRun(stepId, role === 'trigger' && !readOnly)
  // What kind of step nobody knows can't be tested either.
  if (readOnly || role === undefined || role === 'note') return null
  if (role === 'trigger' && !polls) return <TriggerFooter waitsForRun={waitsForRun} />
  return (
    <footer className="flex flex-col gap-2 border-t border-line px-4 py-3">
      <MissingSamples />
      <div className="flex items-center gap-3">
        {polls ? <TestButton words="Get the newest item" /> : <TestButton />}
        <Kbd keys="Ctrl+Enter" />
        <div className="min-w-0 flex-1" role="status">
          {test !== undefined && <ResultLine test={test} />}
        </div>
      </div>
    </footer>
  )
}

/** It would be tested on nothing. */
function MissingSamples() {
  const editor = useEditorStore()
  const missing = useMissingSamples()
  const [first] = missing
  if (first === undefined) return null
  return (
    <p className="flex items-center gap-2 text-small text-muted">
      <span className="min-w-0 flex-1">
        No sample yet from {missing.map((step) => `“${nameOf(step)}”`).join(', ')}: those values are empty in a test.
      </span>
      <Button size="small" onClick={() => void testStep(editor, first.id)}>
        Test it first
      </Button>
    </p>
  )
}

function TriggerFooter({ waitsForRun }: { waitsForRun: boolean }) {
  const editor = useEditorStore()
  const stepId = useStepId()
  useArrivingSample(stepId)
  const hasSample = useEditor((state) => state.overlay.samples.has(stepId))
  const type = useEditor((state) => findNode(state.document, stepId)?.type)
  const isRunning = useEditor(({ flow }) => flow.enabled && !flow.paused)
  return (
    <footer className="flex items-center gap-3 border-t border-line px-4 py-3">
      <p className="min-w-0 flex-1 text-small text-muted">
        {hasSample ? 'The steps after this one are tested on its sample.' : firstSampleWords(type, waitsForRun && isRunning)}
      </p>
      <Button
        onClick={() => editor.setSession({ drawer: { open: true, tab: 'out', ...(hasSample ? {} : { writing: stepId }) } })}
      >
        {hasSample ? 'See the sample' : 'Write a sample'}
      </Button>
    </footer>
  )
}

function firstSampleWords(type: string | undefined, waitsForRun: boolean): string {
  if (takesRequests(type)) return 'Waiting for the first sample: send something, or write one yourself.'
  if (type === 'schedule') return 'No sample yet: press Test to run it as if its time had come, or write one yourself.'
  if (waitsForRun) return 'Waiting for the first sample: what starts the next run becomes it. Or write one yourself.'
  return 'No sample yet. Write what a run begins with, and the steps after it can be tested.'
}
