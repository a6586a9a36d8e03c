import { expect, test } from 'vitest'
import type { Problem } from '../state.ts'
import { missingInput } from './missing-input.ts'

const at = (line: number, column: number, code: Problem['code'] = 'code_type'): Problem => {
  return { severity: 'warning', code, message: 'Not there', line, column }
}

test.each([
  ['an input that isn’t mapped', 'const a = 1\nreturn input.rows.length', at(2, 14), 'rows'],
  ['one asked for carefully', 'input?.rows', at(1, 8), 'rows'],
  ['one that is there, of another kind', 'input.total.length', at(1, 7), undefined],
  ['a field of an input', 'input.total.length', at(1, 13), undefined],
  ['a field of something else', 'output.rows', at(1, 8), undefined],
  ['another problem at that place', 'input.rows', at(1, 7, 'unknown_reference'), undefined],
  ['a line that is gone', 'input.rows', at(4, 7), undefined],
])('%s', (_, code, problem, name) => {
  expect(missingInput(code, { total: '{{ trigger.body.qty }}' }, problem)).toBe(name)
})
