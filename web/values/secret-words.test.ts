import { expect, test } from 'vitest'
import { flowsWords, hostsWords } from './secret-words.ts'

const names = new Map([
  ['flow_1', 'Orders'],
  ['flow_2', 'Refunds'],
])

test.each<[Parameters<typeof flowsWords>[0], string]>([
  ['all', 'For every flow'],
  [[], 'For no flow yet'],
  [['flow_1', 'flow_2'], 'For Orders, Refunds'],
  [['flow_1', 'flow_9', 'flow_8', 'flow_7'], 'For Orders, a flow, a flow and 1 more'],
])('flows %j: %s', (flows, words) => {
  expect(flowsWords(flows, names)).toBe(words)
})

test('hosts are named, or that there are none', () => {
  expect(hostsWords([])).toBe('not sent anywhere by reference')
  expect(hostsWords(['a.example', '*.b.example'])).toBe('sent to a.example, *.b.example')
})
