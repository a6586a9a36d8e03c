import { useMemo } from 'react'
import { Notice } from '../../ui/notice.tsx'
import { wholeStepProblems } from '../problems.ts'
import { useEditor } from '../store.ts'
import { useStepId } from './step-in-focus.ts'

/** What is wrong with the step as a whole; problems of a field stand at that field. */
export function StepProblems() {
  const stepId = useStepId()
  const problems = useEditor((state) => state.overlay.problems)
  const own = useMemo(() => wholeStepProblems(problems, stepId), [problems, stepId])
  if (own.length === 0) return null
  return (
    <ul className="flex flex-col gap-2">
      {own.map((problem) => (
        <li key={`${problem.code} ${problem.message}`}>
          <Notice tone={problem.severity === 'error' ? 'problem' : 'waiting'} title={problem.message} />
        </li>
      ))}
    </ul>
  )
}
