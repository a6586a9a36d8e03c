import { expect, test } from 'vitest'
import { instantFromLocal, localFromInstant } from './local-time.ts'

test('a moment chosen in local time is the same moment when shown again', () => {
  const instant = instantFromLocal('2026-03-31T14:05')
  expect(instant).toMatch(/^2026-03-\d\dT\d\d:\d\d:00\.000Z$/)
  expect(localFromInstant(instant ?? '')).toBe('2026-03-31T14:05')
})

test('what is no moment is left to the text field', () => {
  expect(localFromInstant('{{ trigger.body.at }}')).toBeUndefined()
  expect(localFromInstant('2026-03-31')).toBeUndefined()
  expect(localFromInstant('2026-13-41T14:05:00Z')).toBeUndefined()
  expect(instantFromLocal('')).toBeUndefined()
})
