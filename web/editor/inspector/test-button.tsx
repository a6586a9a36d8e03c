import { FlaskConical, Square } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { useEditorStore } from '../store.ts'
import { useStepId } from './step-in-focus.ts'
import { stopTest, testStep, useStepTest } from './test-step.ts'

/** Tests the step in focus; while that is going on, the same button stops it. */
export function TestButton({ words = 'Test this step' }: { words?: string }) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const isRunning = useStepTest(stepId)?.kind === 'running'
  // One button that changes, so that the focus stays on it.
  return (
    <Button
      variant={isRunning ? 'secondary' : 'primary'}
      icon={isRunning ? <Square size={14} fill="currentColor" /> : <FlaskConical size={16} />}
      className="min-w-35"
      onClick={() => (isRunning ? stopTest(editor, stepId) : void testStep(editor, stepId))}
    >
      {isRunning ? 'Stop the test' : words}
    </Button>
  )
}
