import type { FlowNode } from '#shared/flow.ts'
import type { Run, RunStep } from '#shared/run.ts'
import { codeStepsOf } from '../editor/code-steps-of.ts'
import { CodeExcerpt } from './code-excerpt.tsx'
import { codeStepOfRun } from './code-step-of-run.ts'
import { ValueView } from './value-view.tsx'

interface InsideCameInProps {
  run: Run
  step: RunStep
  /** The step whose code asked, as it was in the version that ran. */
  node: FlowNode | undefined
  name: string
}

/** What code asked for: what is recorded of it, and where the code says so. */
export function InsideCameIn({ run, step, node, name }: InsideCameInProps) {
  const code = node?.params['code']
  const place = node && codeStepOfRun(codeStepsOf(node), step.call, name)
  return (
    <div className="flex flex-col gap-4">
      {step.input !== null && <ValueView value={step.input} empty="" />}
      {place?.line !== undefined && node !== undefined && typeof code === 'string' ? (
        <CodeExcerpt run={run} nodeId={node.id} code={code} line={place.line} />
      ) : (
        <p className="text-small text-muted">
          {run.version === 'draft'
            ? 'It isn’t in the draft as it is now: the code was changed since.'
            : 'Where the code asked for it can’t be told from the code alone.'}
        </p>
      )}
    </div>
  )
}
