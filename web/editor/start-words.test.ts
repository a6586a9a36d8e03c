import { expect, test } from 'vitest'
import { Flow } from '#shared/flow.ts'
import { step, testCatalog } from './testing/open-editor.ts'
import { startWords } from './start-words.ts'

test('somebody who turns a flow on is told when it will run', () => {
  const words = (...nodes: Flow['nodes']) => startWords({ ...Flow.parse({}), nodes }, testCatalog)
  const rules = [{ cron: '0 9 * * 1-5', timezone: 'UTC' }]
  expect(words(step('a', 'webhook'))).toBe('a web request arrives')
  expect(words(step('a', 'schedule', { params: { rules } }))).toBe('its time comes (every weekday at 9:00)')
  expect(words(step('a', 'webhook'), step('b', 'schedule', { params: {} }))).toBe('a web request arrives or its time comes')
  expect(words(step('a', 'feed.newItem'))).toBe('there is something new in the feed')
  expect(words()).toBe('something starts it')
})
