import { clsx } from 'clsx'
import { CircleAlert, Info } from 'lucide-react'
import { isJsonObject } from '#shared/is-json-object.ts'
import { keyText } from '../../ui/kbd.tsx'
import { setParams } from '../commands/step-fields.ts'
import { useParam, useAllProblems } from '../inspector/form/use-params.ts'
import { useStepId } from '../inspector/step-in-focus.ts'
import type { Problem } from '../state.ts'
import { useEditor, useEditorStore } from '../store.ts'
import { isSpokenFor, type PackageOffers } from './imports/use-package-offers.ts'
import type { FormatOutcome } from './format/format-model.ts'
import { missingInput } from './missing-input.ts'

interface CodeHintProps {
  imports: PackageOffers
  hasFocus: boolean
  formatted: FormatOutcome | undefined
  onGoTo: (line: number, column: number | undefined) => void
}

/** More than these are marked at their lines. */
const mostListed = 4

/** Under the code: what is wrong with it, how formatting went, else how to leave with the keyboard. */
export function CodeHint({ imports, hasFocus, formatted, onGoTo }: CodeHintProps) {
  const problems = useAllProblems('code')
    .filter((problem) => !(problem.code === 'package_missing' && isSpokenFor(imports, problem.package)))
    .toSorted((a, b) => a.severity.localeCompare(b.severity) || (a.line ?? 0) - (b.line ?? 0))
  return (
    <div className="flex min-h-5 items-start gap-3 text-small text-muted">
      {problems.length > 0 ? (
        <ul aria-label="About the code" className="flex min-w-0 flex-1 flex-col gap-1.5">
          {problems.slice(0, mostListed).map((problem, at) => (
            <Hint key={at} problem={problem} onGoTo={onGoTo} />
          ))}
          {problems.length > mostListed && (
            <li className="pl-5.5">And {problems.length - mostListed} more, marked at their lines.</li>
          )}
        </ul>
      ) : formatted?.kind === 'refused' ? (
        <p className="min-w-0 flex-1 text-failed">
          Not formatted, line {formatted.line}: {formatted.message}
          <GoTo line={formatted.line} onClick={() => onGoTo(formatted.line, formatted.column)} />
        </p>
      ) : formatted?.kind === 'unavailable' ? (
        <p className="min-w-0 flex-1 text-failed">
          Not formatted: that part of Holdfast could not be loaded. Try again in a moment.
        </p>
      ) : (
        <p className="min-w-0 flex-1">
          {hasFocus && `Tab indents. Esc, then Tab leaves the editor; ${keyText('Ctrl+M')} makes Tab always leave.`}
        </p>
      )}
      <span role="status" className="shrink-0">
        {formatted?.kind === 'formatted' ? 'Formatted' : formatted?.kind === 'same' ? 'Formatted already' : ''}
      </span>
    </div>
  )
}

function Hint({ problem, onGoTo }: { problem: Problem } & Pick<CodeHintProps, 'onGoTo'>) {
  const { line, column, message, severity } = problem
  const isError = severity === 'error'
  const Icon = isError ? CircleAlert : Info
  return (
    <li className="flex items-start gap-2">
      <Icon size={14} aria-hidden className={clsx('mt-px shrink-0', isError ? 'text-failed' : 'text-waiting')} />
      <p className="min-w-0 flex-1 break-words">
        {line !== undefined && (
          <button
            type="button"
            aria-label={`Go to line ${line}`}
            onClick={() => onGoTo(line, column)}
            className="tabular mr-1.5 font-medium text-ink underline underline-offset-2"
          >
            Line {line}
          </button>
        )}
        <span className={isError ? 'text-failed' : 'text-waiting'}>{message}</span>
        <AddInput problem={problem} />
      </p>
    </li>
  )
}

/** The way to an input that the code asks for and nobody has mapped. */
function AddInput({ problem }: { problem: Problem }) {
  const editor = useEditorStore()
  const stepId = useStepId()
  const readOnly = useEditor((state) => state.readOnly)
  const [code] = useParam(['code'])
  const [inputs] = useParam(['inputs'])
  const name = missingInput(typeof code === 'string' ? code : '', inputs, problem)
  if (name === undefined || readOnly) return null
  const add = () => {
    editor.setSession({ code: { isFull: false, isComparing: false } })
    editor.run(setParams, { nodeId: stepId, params: { inputs: { ...(isJsonObject(inputs) ? inputs : {}), [name]: '' } } })
    editor.openStep(stepId, `inputs.${name}`)
  }
  return (
    <>
      {' '}
      <button type="button" onClick={add} className="font-medium text-accent underline underline-offset-2">
        Add {name}
      </button>
    </>
  )
}

function GoTo({ line, onClick }: { line: number; onClick: () => void }) {
  return (
    <>
      {' '}
      <button type="button" onClick={onClick} className="text-ink underline underline-offset-2">
        Go to line {line}
      </button>
    </>
  )
}
