import { keyText } from '../../ui/kbd.tsx'
import { useProblems } from '../inspector/form/use-params.ts'
import { isSpokenFor, type PackageOffers } from './imports/use-package-offers.ts'
import type { FormatOutcome } from './format/format-model.ts'

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
  const problems = useProblems('code').filter(
    (problem) => !(problem.code === 'package_missing' && isSpokenFor(imports, problem.package)),
  )
  return (
    <div className="flex min-h-5 items-start gap-3 text-small text-muted">
      {problems.length > 0 ? (
        <ul className="flex min-w-0 flex-1 flex-col gap-1">
          {problems.slice(0, mostListed).map((problem, at) => (
            <li key={at} className={problem.severity === 'error' ? 'text-failed' : 'text-waiting'}>
              {/* A mistake in the text names its line itself. */}
              {problem.line === undefined || problem.code === 'code_syntax'
                ? problem.message
                : `Line ${problem.line}: ${problem.message}`}
              {problem.line !== undefined && (
                <GoTo line={problem.line} onClick={() => onGoTo(problem.line ?? 1, problem.column)} />
              )}
            </li>
          ))}
          {problems.length > mostListed && <li>and {problems.length - mostListed} more, marked at their lines</li>}
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
