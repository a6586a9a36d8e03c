import type { z } from 'zod'
import type { LogLine } from '#shared/run.ts'
import { causeWords } from '../drawer/error-words.ts'
import { rawText } from '../drawer/raw-text.ts'
import type { StepTestState } from '../inspector/test-step.ts'
import type { Problem } from '../state.ts'

/** Something said about one line of the code: at its end, and where the line itself is marked. */
export interface LineMark {
  kind: 'error' | 'warning' | 'log' | 'offer'
  line: number
  column: number | undefined
  /** What is said in full, on hover and to those who listen. */
  message: string
  /** What stands at the end of the line; nothing where the mark itself says enough. */
  said: string | undefined
}

const mostSaid = 140

/**
 * What the last test and the checks say about lines. What a test said belongs to the text that was tested: once that is
 * changed it would point at the wrong place, so it is gone; and there again when the change is undone.
 */
export function lineMarks(code: string, test: StepTestState | undefined, problems: readonly Problem[]): LineMark[] {
  // That there is nothing yet is no mistake in a line.
  const checked = code.trim() === '' ? [] : problems.flatMap((problem) => problemMark(problem) ?? [])
  if (test === undefined || test.kind === 'running' || test.kind === 'stopped' || test.testedCode !== code) return checked
  if (test.kind === 'refused')
    return checked.length > 0 ? checked : test.problems.flatMap((problem) => problemMark(problem) ?? [])
  const { error, logs } = test.result
  return [...checked, ...logMarks(logs), ...(error?.line === undefined ? [] : [failureMark(error, error.line)])]
}

function problemMark({ line, column, message, severity }: Problem): LineMark | undefined {
  if (line === undefined) return undefined
  return { kind: severity === 'error' ? 'error' : 'warning', line, column, message, said: undefined }
}

function failureMark(error: { message: string; column?: number | undefined }, line: number): LineMark {
  return { kind: 'error', line, column: error.column, message: error.message, said: cut(causeWords(error.message)) }
}

/** One mark a line: what it logged last, and how often when it was more than once. */
function logMarks(logs: readonly z.infer<typeof LogLine>[]): LineMark[] {
  const byLine = Map.groupBy(
    logs.filter((log) => log.line !== undefined),
    (log) => log.line ?? 0,
  )
  return [...byLine].flatMap(([line, ofLine]) => {
    const last = ofLine.at(-1)
    if (last === undefined) return []
    const words = wordsOf(last)
    return [
      {
        kind: 'log' as const,
        line,
        column: undefined,
        message: ofLine.slice(-20).map(wordsOf).join('\n'),
        said: cut(ofLine.length > 1 ? `${words}  ×${ofLine.length}` : words),
      },
    ]
  })
}

function wordsOf({ message, data }: z.infer<typeof LogLine>): string {
  return data === undefined ? message : `${message} ${rawText(data, mostSaid).text.replaceAll(/\s+/g, ' ')}`
}

function cut(text: string): string {
  const oneLine = text.replaceAll(/\s+/g, ' ')
  return oneLine.length > mostSaid ? `${oneLine.slice(0, mostSaid)}…` : oneLine
}
