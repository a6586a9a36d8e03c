import { expect, test } from 'vitest'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { FlowNode } from '#shared/flow.ts'
import { fieldLabels } from './field-labels.ts'
import { promisedBy } from './promised-by.ts'

const starts = coreNodeTypes.filter(({ role }) => role === 'trigger')

test.each(starts.map((type) => [type.title, type] as const))(
  'what starts a run by “%s” is called in plain words',
  (_title, type) => {
    const promised = promisedBy(FlowNode.parse({ id: 'start', type: type.type, params: {} }), type)
    for (const [name, field] of Object.entries(promised?.properties ?? {})) expect(field.title, name).toMatch(/^[A-Z][^_]+$/)
    for (const name of ['kind', 'at', 'body']) expect(fieldLabels(promised, [name])).not.toEqual([name])
  },
)

test('an answer is called by its label, and what nobody named as it is in the data', () => {
  const form = FlowNode.parse({
    id: 'start',
    type: 'form',
    params: { fields: [{ id: 'name', label: 'Your name' }, { id: 'src' }] },
  })
  const promised = promisedBy(
    form,
    starts.find(({ type }) => type === 'form'),
  )
  expect(fieldLabels(promised, ['body', 'name'])).toEqual(['Answers', 'Your name'])
  expect(fieldLabels(promised, ['body', 'src'])).toEqual(['Answers', 'src'])
  expect(fieldLabels(undefined, ['items', 0, 'sku'])).toEqual(['items', 'item 1', 'sku'])
  expect(fieldLabels({ properties: {} }, ['toString', 'x'])).toEqual(['toString', 'x'])
})
