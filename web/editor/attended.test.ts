import { expect, test } from 'vitest'
import { attendedField, isSaidAtPlace } from './attended.ts'
import type { Problem } from './state.ts'
import { flowOf, openEditor, step } from './testing/open-editor.ts'

const missing: Problem = { severity: 'error', code: 'missing_param', nodeId: 'start', param: 'verify.secret', message: 'Missing' }

test('what a field lacks is said at its place once somebody was there, or wanted the whole step to work', () => {
  const said = (...keys: string[]) => isSaidAtPlace(missing, new Set(keys))
  expect(said()).toBe(false)
  expect(said(attendedField('start', 'path'), attendedField('other', 'verify'))).toBe(false)
  expect(said(attendedField('start', 'verify'))).toBe(true)
  expect(said('start')).toBe(true)
})

test('what is wrong with what was filled in is said at once', () => {
  expect(isSaidAtPlace({ ...missing, code: 'invalid_param' }, new Set())).toBe(true)
})

test('who comes for a field from the list of problems is told what it lacks', () => {
  const editor = openEditor(flowOf([step('start', 'webhook')]))
  const isSaid = () => isSaidAtPlace(missing, editor.store.getState().session.attended)
  editor.openStep('start')
  expect(isSaid()).toBe(false)
  editor.openStep('start', 'verify.secret')
  expect(isSaid()).toBe(true)
})
