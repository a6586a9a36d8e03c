import { expect, test } from 'vitest'
import type { StepTestState } from '../inspector/test-step.ts'
import { lineMarks } from './line-marks.ts'

const code = 'export default ({ log }) => {\n  log("a")\n  throw new TypeError("x is not a function")\n}\n'
const log = (line: number | undefined, message: string, data?: number) => ({
  path: 'price',
  attempt: 1,
  at: '2026-11-25T10:00:00.000Z',
  level: 'info' as const,
  message,
  ...(data === undefined ? {} : { data }),
  ...(line === undefined ? {} : { line }),
})

function tested(part: Partial<(StepTestState & { kind: 'done' })['result']>, testedCode = code): StepTestState {
  return {
    kind: 'done',
    at: '2026-11-25T10:00:00.000Z',
    testedCode,
    result: { status: 'succeeded', output: null, error: null, logs: [], durationMs: 3, ...part },
  }
}

test('the line that failed says why in plain words', () => {
  const error = { code: 'code_error', message: 'TypeError: x is not a function', retryable: true, line: 3, column: 9 }
  expect(lineMarks(code, tested({ status: 'failed', error }), [])).toEqual([
    {
      kind: 'error',
      line: 3,
      column: 9,
      message: 'TypeError: x is not a function',
      said: 'x can’t be called, it is not a function',
    },
  ])
})

test('code that isn’t there yet has no mistake in a line', () => {
  const none = { severity: 'error' as const, code: 'code_syntax' as const, message: 'There is no code yet', line: 1, column: 1 }
  expect(lineMarks('', undefined, [none])).toEqual([])
})

test('a line says what it logged last, and how often; lines that nobody knows say nothing', () => {
  const logs = [log(2, 'a', 1), log(2, 'a', 2), log(3, 'b'), log(undefined, 'c')]
  expect(lineMarks(code, tested({ logs }), []).map(({ line, said, message }) => [line, said, message])).toEqual([
    [2, 'a 2 ×2', 'a 1\na 2'],
    [3, 'b', 'b'],
  ])
})

test('what a test said is gone with the first change, and back when that is undone', () => {
  const state = tested({ logs: [log(2, 'a')] })
  expect(lineMarks(`${code} `, state, [])).toEqual([])
  expect(lineMarks(code, state, [])).toHaveLength(1)
})

test('a failure that belongs to no line marks none', () => {
  const error = { code: 'cpu_limit', message: 'Too long', retryable: false }
  expect(lineMarks(code, tested({ status: 'failed', error }), [])).toEqual([])
})

test('what the checks say about lines is marked with or without a test', () => {
  const problem = {
    severity: 'warning' as const,
    code: 'not_upstream',
    nodeId: 'price',
    param: 'code',
    line: 2,
    column: 7,
    message: 'No',
  }
  expect(lineMarks(code, undefined, [problem])).toEqual([{ kind: 'warning', line: 2, column: 7, message: 'No', said: undefined }])
})

test('long words are cut', () => {
  const [mark] = lineMarks(code, tested({ logs: [log(2, 'x'.repeat(500))] }), [])
  expect(mark?.said).toHaveLength(141)
})
