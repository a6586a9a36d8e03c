import { expect, test } from 'vitest'
import { firstProblems, mergedProblems, messageAtStep } from './problems.ts'
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
