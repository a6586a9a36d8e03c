import { expect, test } from 'vitest'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { FlowNode } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import { promisedBy } from './promised-by.ts'

const bodyOf = (type: string, params: { [name: string]: Json }) =>
  promisedBy(
    FlowNode.parse({ id: 'start', type, params }),
    coreNodeTypes.find((one) => one.type === type),
  )?.properties?.['body']

test('a form promises its fields before anybody has sent it', () => {
  const fields = [{ id: 'name', label: 'Name' }, { id: 'amount', label: 'Amount', type: 'number' }, 'not a field']
  expect(bodyOf('form', { fields })).toMatchObject({
    type: 'object',
    properties: { name: { type: 'string', title: 'Name' }, amount: { type: 'number', title: 'Amount' } },
  })
})

test('a start by hand promises what it asks for', () => {
  const input = { type: 'object', properties: { plan: { type: 'string', title: 'Plan', enum: ['a'] }, any: true } }
  expect(bodyOf('manual', { input })).toMatchObject({
    type: 'object',
    properties: { plan: { type: 'string', title: 'Plan' }, any: {} },
  })
})

test('other steps promise what their type says', () => {
  expect(promisedBy(FlowNode.parse({ id: 'a', type: 'set' }), undefined)).toBeUndefined()
})
