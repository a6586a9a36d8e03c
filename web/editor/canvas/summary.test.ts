import { expect, test } from 'vitest'
import type { FlowNode } from '#shared/flow.ts'
import { step, testCatalog } from '../testing/open-editor.ts'
import { summaryOf } from './summary.ts'

const summary = (type: string, rest: Partial<FlowNode>) => summaryOf(step('a', type, rest), testCatalog.get(type))

test.each([
  ['{{ steps.price.total > 200 }}', 'total > 200'],
  ['{{ trigger.body.customer.name == "Nimbus" && steps.a.ok != true }}', 'name is "Nimbus" and ok is not true'],
  ['{{ steps.a.list.some((x) => x > 1) }}', 'list.some((x) => x > 1)'],
])('a condition reads as what it asks: %s', (condition, words) => {
  expect(summary('branch', { params: { condition } })).toBe(words)
})

test('a web request says its address first', () => {
  expect(summary('webhook', { params: { path: 'orders', methods: ['POST'] } })).toBe('/hooks/orders · POST')
  expect(summary('webhook', { params: {} })).toBe('Web request')
})

test('an answer says what the caller gets', () => {
  expect(summary('respond', { params: { status: 201 } })).toBe('Answers 201')
  expect(summary('respond', { params: { send: 'file', body: '{{ trigger.files[0] }}' } })).toBe('Answers with a file')
  expect(summary('respond', { params: { send: 'redirect', location: 'https://example.com/thanks' } })).toBe(
    'Sends on to example.com/thanks',
  )
})

test('a schedule says in words when it comes', () => {
  const rule = (cron: string) => ({ cron, timezone: 'Europe/Berlin' })
  expect(summary('schedule', { params: { rules: [rule('0 9 * * 1-5')] } })).toBe('Every weekday at 9:00')
  expect(summary('schedule', { params: { rules: [rule('*/15 * * * *'), rule('0 0 L * *')] } })).toBe(
    'Every 15 minutes, and 1 more',
  )
  expect(summary('schedule', { params: {} })).toBe('Schedule')
  expect(summary('feed.newItem', { params: { url: 'https://example.com/feed.xml', every: '5m' } })).toBe(
    'example.com · every 5 min',
  )
})

test('an e-mail start says where its mail goes, and whose it takes', () => {
  expect(summary('email', { params: { path: 'orders' } })).toBe('orders@…')
  expect(summary('email', { params: { path: 'orders', allowFrom: ['nimbus.example'] } })).toBe(
    'orders@… · only from nimbus.example',
  )
  expect(summary('email', { params: {} })).toBe('E-mail arrives')
})
