import { relative } from 'node:path'

/**
 * What failed in a report of Vitest (its `json` reporter), as lines to read: where it is, what it is called, and
 * what was wrong. A file that could not even be read has no tests, only a message.
 */
export function failuresOfVitest({ testResults }, root) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter((result) => result.status === 'failed')
    if (failed.length > 0) return failed.map(({ fullName, failureMessages }) => failure(file, fullName, failureMessages[0]))
    return status === 'failed' ? [failure(file, 'could not be run', message)] : []
  })
}

/**
 * What went wrong outside of every test, as a connection that broke with nobody listening: Vitest's run fails of it,
 * and its `json` reporter says nothing. Kept by the reporter in `stray-errors.mjs`.
 */
export function failuresOutsideOfTests(errors) {
  return errors.map(({ file, message }) => failure(file, 'outside of every test', message))
}

/** The same of a report of Playwright (its `json` reporter), whose suites lie in one another. */
export function failuresOfPlaywright({ suites = [], errors = [] }) {
  const own = errors.map(({ message }) => failure('browser tests', 'could not be run', message))
  return [...own, ...suites.flatMap(failuresOfSuite)]
}

function failuresOfSuite({ suites = [], specs = [] }) {
  const failed = specs.filter(({ ok }) => !ok)
  const own = failed.map(({ file, title, tests }) => {
    const errors = tests.flatMap(({ results }) => results.flatMap(({ error }) => error?.message ?? []))
    return failure(file, title, errors[0])
  })
  return [...own, ...suites.flatMap(failuresOfSuite)]
}

// Enough to know what was wrong; the whole of it stands where it happened.
const linesShown = 12

function failure(file, title, message = '') {
  const lines = message.split('\n').slice(0, linesShown)
  return [`✗ ${file} › ${title}`, ...lines.map((line) => `    ${line}`)].join('\n')
}
