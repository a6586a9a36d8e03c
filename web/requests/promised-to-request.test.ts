import { expect, test } from 'vitest'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { Flow } from '#shared/flow.ts'
import { fieldLabels } from '../editor/inspector/data/field-labels.ts'
import { promisedToRequest } from './promised-to-request.ts'

const catalog = new Map(coreNodeTypes.map((type) => [type.type, type]))
const form = (id: string) => ({ id, type: 'form', params: { fields: [{ id: 'who', label: 'Your name' }] } })
const flowOf = (...nodes: object[]) => Flow.parse({ name: 'Leads', nodes, edges: [] })

test('the answers of a form are called by their labels in the inbox too', () => {
  const promised = promisedToRequest(flowOf(form('form'), { id: 'hook', type: 'webhook' }), catalog, { kind: 'form' })
  expect(fieldLabels(promised, ['body', 'who'])).toEqual(['Answers', 'Your name'])
})

test('of two forms nobody knows which one it was, so each field keeps its own name', () => {
  expect(promisedToRequest(flowOf(form('one'), form('two')), catalog, { kind: 'form' })).toBeUndefined()
  expect(promisedToRequest(flowOf(form('one')), catalog, 'not readable')).toBeUndefined()
})
