import { expect, test } from 'vitest'
import { previewer } from './preview.ts'
import { sampleScope } from './sample-scope.ts'

const preview = previewer(
  sampleScope({
    trigger: { body: { name: 'Nimbus Ltd', lines: [{ sku: 'A1' }], gone: null } },
    sampleOf: (id) => (id === 'price' ? { total: 21 } : undefined),
    flowId: 'flow_1',
  }),
)

test('a hole alone keeps the kind of its value', () => {
  expect(preview('{{ steps.price.total * 2 }}')).toEqual({ kind: 'value', value: 42 })
  expect(preview('{{ trigger.body.lines }}')).toEqual({ kind: 'value', value: [{ sku: 'A1' }] })
})

test('beside text holes become text as they do in a run', () => {
  expect(
    preview('Hello {{ trigger.body.name }}: {{ steps.price.total }} {{ trigger.body.lines }}{{ trigger.body.gone }}!'),
  ).toEqual({
    kind: 'value',
    value: 'Hello Nimbus Ltd: 21 [{"sku":"A1"}]!',
  })
})

test('text without holes needs no preview', () => {
  expect(preview('plain')).toBeUndefined()
  expect(preview('')).toBeUndefined()
})

test('a step without a sample is empty, and what cannot be worked out says why', () => {
  expect(preview('Hi {{ steps.ask.name }}')).toEqual({ kind: 'value', value: 'Hi ' })
  expect(preview('Hi {{ trigger.body.name.nope() }}')).toMatchObject({ kind: 'problem' })
  expect(preview('{{ 1 + }}')).toMatchObject({ kind: 'problem' })
})

test('a formula that takes too long is given up', () => {
  expect(preview('{{ Array.from({ length: 1000000 }, (x, i) => i).map(i => [i, i, i]).length }}')).toMatchObject({
    kind: 'problem',
  })
})
