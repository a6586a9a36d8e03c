import { expect, test } from 'vitest'
import { failuresOfPlaywright, failuresOfVitest, failuresOutsideOfTests } from './failures.mjs'

test('what failed in a report of Vitest is named with its file and its first error', () => {
  const report = {
    testResults: [
      {
        name: '/project/engine/a.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { fullName: 'holds', status: 'passed', failureMessages: [] },
          { fullName: 'is right', status: 'failed', failureMessages: ['expected 1 to be 2\n    at a.test.ts:4'] },
        ],
      },
      { name: '/project/engine/b.test.ts', status: 'failed', message: 'No such import', assertionResults: [] },
      { name: '/project/engine/c.test.ts', status: 'passed', message: '', assertionResults: [] },
    ],
  }
  expect(failuresOfVitest(report, '/project')).toEqual([
    '✗ engine/a.test.ts › is right\n    expected 1 to be 2\n        at a.test.ts:4',
    '✗ engine/b.test.ts › could not be run\n    No such import',
  ])
})

test('what went wrong outside of every test is named with the file it went wrong in', () => {
  const errors = [{ file: 'engine/a.test.ts', message: 'Error: read ECONNRESET\n    at TCP' }]
  expect(failuresOutsideOfTests(errors)).toEqual([
    '✗ engine/a.test.ts › outside of every test\n    Error: read ECONNRESET\n        at TCP',
  ])
})

test('what failed in a report of Playwright is found in the suites within suites', () => {
  const failed = {
    ok: false,
    file: 'form.spec.ts',
    title: 'a form is sent',
    tests: [{ results: [{ error: { message: 'no such button' } }, {}] }],
  }
  const held = { ok: true, file: 'form.spec.ts', title: 'a form is read', tests: [] }
  const report = { errors: [{ message: 'no browser' }], suites: [{ specs: [held], suites: [{ specs: [failed] }] }] }
  expect(failuresOfPlaywright(report)).toEqual([
    '✗ browser tests › could not be run\n    no browser',
    '✗ form.spec.ts › a form is sent\n    no such button',
  ])
})

test('a long error is cut to what tells what was wrong', () => {
  const message = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n')
  const [text] = failuresOfPlaywright({ errors: [{ message }] })
  expect(text?.split('\n').length).toBe(13)
})
