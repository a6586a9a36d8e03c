import { expect, test } from 'vitest'
import { flowOptions } from './flow-options.ts'

const names = new Map([
  ['flow_1', 'Work out the price'],
  ['flow_2', 'Orders'],
  ['flow_00000000a1b2c3', 'Orders'],
])

test('flows are chosen by their names in order, and two of one name are told apart', () => {
  expect(flowOptions(names)).toEqual([
    { value: 'flow_2', label: 'Orders', detail: '…flow_2' },
    { value: 'flow_00000000a1b2c3', label: 'Orders', detail: '…a1b2c3' },
    { value: 'flow_1', label: 'Work out the price' },
  ])
})

test('what is chosen already isn’t offered again', () => {
  expect(flowOptions(names, ['flow_1', 'flow_2']).map(({ value }) => value)).toEqual(['flow_00000000a1b2c3'])
  expect(flowOptions(undefined)).toEqual([])
})
