import { host, jsonFrom } from './host.ts'
import { reportDroppedLines } from './log.ts'
import { describeThrown } from './thrown.ts'
import { jsonFromResult } from './result.ts'
import { sizeWords } from './size-words.ts'

let isSettled = false

/** The attempt's one end; whatever comes later is ignored. */
function settle(kind: 'done' | 'failed', text: string): void {
  if (isSettled) return
  isSettled = true
  reportDroppedLines()
  host.post(kind, 0, 0, text)
}

export function succeed(value: unknown, resultBytes: number): void {
  let text: string
  try {
    text = jsonFromResult(value)
  } catch (error) {
    fail(error)
    return
  }
  if (text.length > resultBytes) failLimit('result_limit', `The result is larger than ${sizeWords(resultBytes)}`)
  else settle('done', text)
}

export function fail(thrown: unknown): void {
  settle('failed', jsonFrom(describeThrown(thrown)))
}

/** A limit ends the attempt even when the code would catch the error. */
export function failLimit(kind: string, message: string): void {
  settle('failed', jsonFrom({ kind, message }))
}
