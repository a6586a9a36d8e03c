import { expect, test } from 'vitest'
import { noRunsYet } from './no-runs-yet.ts'

test.each([
  ['a draft', { publishedVersion: null, enabled: false, paused: false }, 'Publish the flow'],
  ['one that is off', { publishedVersion: 2, enabled: false, paused: false }, 'Turn the flow on'],
  ['one that is paused', { publishedVersion: 2, enabled: true, paused: true }, 'is paused'],
  ['one that is on', { publishedVersion: 2, enabled: true, paused: false }, 'is on'],
])('of %s without runs it is said what is wanted before there are some', (_which, flow, words) => {
  expect(noRunsYet(flow)).toContain(words)
})
