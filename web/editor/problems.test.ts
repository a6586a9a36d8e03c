import { expect, test } from 'vitest'
import { firstProblems, mergedProblems, messageAtStep, wholeStepProblems } from './problems.ts'
import type { Problem } from './state.ts'

const problem = (rest: Partial<Problem>): Problem => ({ severity: 'error', code: 'missing_param', message: 'Missing', ...rest })

test('a problem found here and by the server is said once, and one of a step that is gone not at all', () => {
  const here = [problem({ nodeId: 'a', param: 'url' })]
  const server = [
    problem({ nodeId: 'a', param: 'url', message: 'The same' }),
    problem({ nodeId: 'b', code: 'code_syntax', line: 3 }),
    problem({ nodeId: 'gone' }),
  ]
  expect(mergedProblems(here, server, new Set(['a', 'b'])).map(({ nodeId, code }) => `${nodeId} ${code}`)).toEqual([
    'a missing_param',
    'b code_syntax',
  ])
})

test('what TypeScript says of a place that is spoken of already is left out', () => {
  const here = [problem({ nodeId: 'a', code: 'unknown_reference', line: 9, column: 22 })]
  const server = [
    problem({ nodeId: 'a', code: 'code_type', line: 9, column: 22 }),
    problem({ nodeId: 'a', code: 'code_type', line: 9, column: 30 }),
  ]
  expect(mergedProblems(here, server, new Set(['a'])).map(({ code, column }) => `${code} ${column}`)).toEqual([
    'unknown_reference 22',
    'code_type 30',
  ])
})

test('code that is missing is not said to be unreadable as well', () => {
  const here = [problem({ nodeId: 'a', param: 'code' })]
  const server = [problem({ nodeId: 'a', param: 'code', code: 'code_syntax', line: 1, column: 1 })]
  expect(mergedProblems(here, server, new Set(['a']))).toEqual(here)
})

test('a card shows an error before a warning', () => {
  const problems = [problem({ nodeId: 'a', severity: 'warning', message: 'Hm' }), problem({ nodeId: 'a', message: 'No' })]
  expect(firstProblems(problems).get('a')?.message).toBe('No')
})

test.each([
  ['"Call": "Address" is missing.', '"Address" is missing.'],
  ['"Call" uses a step called "x".', 'Uses a step called "x".'],
  ['The code of "Call" can\'t be read.', 'The code of "Call" can\'t be read.'],
])('%s at its step', (message, said) => {
  expect(messageAtStep(problem({ message }), 'Call')).toBe(said)
})

test('that the kind of a step is unknown is said once, and what is wrong with a field at that field', () => {
  const problems = [
    problem({ nodeId: 'a', code: 'unknown_type' }),
    problem({ nodeId: 'a', param: 'url' }),
    problem({ nodeId: 'a', code: 'unreachable' }),
    problem({ nodeId: 'b', code: 'unreachable' }),
  ]
  expect(wholeStepProblems(problems, 'a')).toEqual([problem({ nodeId: 'a', code: 'unreachable' })])
})
