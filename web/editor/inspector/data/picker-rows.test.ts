import { expect, test } from 'vitest'
import { FlowNode } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import type { DataSource } from './data-sources.ts'
import { pickerSections, type PickerInput } from './picker-rows.ts'

const source = (id: string, name: string): DataSource => ({
  node: FlowNode.parse({ id, type: 'x', name }),
  name,
  path: id === 'trigger' ? { root: 'trigger', keys: [] } : { root: 'steps', step: id, keys: [] },
  always: true,
})
const samples: { [id: string]: Json } = {
  price: { total: 21, net: null },
  trigger: { method: 'POST', body: { customer: { name: 'Nimbus Ltd' }, tags: ['a', 'b'], lines: [{ sku: 'A1' }] } },
}
const show = (change: Partial<PickerInput> = {}) =>
  pickerSections({
    sources: [source('price', 'Work out the price'), source('trigger', 'New order'), source('ask', 'Ask someone')],
    sampleOf: (id) => samples[id],
    outputOf: () => undefined,
    question: '',
    toggled: new Map(),
    ...change,
  })
const lines = (sections: ReturnType<typeof show>) =>
  sections.map((section) =>
    section.rows.map(
      (row) =>
        `${' '.repeat(row.depth)}${row.label}${row.kind === 'value' ? ` · ${row.word} · ${row.preview} · ${row.insert}` : ''}`,
    ),
  )

test('each earlier step shows what it gave, a request its body first', () => {
  expect(lines(show())).toEqual([
    [
      'Everything it gave · group · 2 fields · {{ steps.price }}',
      'total · number · 21 · {{ steps.price.total }}',
      'net · empty · empty · {{ steps.price.net }}',
    ],
    [
      'Everything it gave · group · 2 fields · {{ trigger }}',
      'body · group · 3 fields · {{ trigger.body }}',
      ' customer · group · 1 field · {{ trigger.body.customer }}',
      ' tags · list · 2 items · {{ trigger.body.tags }}',
      ' lines · list · 1 item · {{ trigger.body.lines }}',
      'method · text · POST · {{ trigger.method }}',
    ],
    ['Test “Ask someone” to see its data'],
  ])
})

test('a list opens into how many, all as text when it is plain, and its first item', () => {
  const toggled = new Map([
    ['trigger ["body","tags"]', true],
    ['trigger ["body","lines"]', true],
  ])
  expect(lines(show({ toggled }))[1]?.slice(3, -1)).toEqual([
    ' tags · list · 2 items · {{ trigger.body.tags }}',
    '  How many · number · 2 · {{ trigger.body.tags.length }}',
    "  All as text · text · a, b · {{ trigger.body.tags.join(', ') }}",
    '  First item · text · a · {{ trigger.body.tags[0] }}',
    ' lines · list · 1 item · {{ trigger.body.lines }}',
    '  How many · number · 1 · {{ trigger.body.lines.length }}',
    '  First item · group · 1 field · {{ trigger.body.lines[0] }}',
  ])
})

test('a question shows only what answers it, by value, field or step', () => {
  expect(lines(show({ question: 'nimb' }))).toEqual([
    ['body ▸ customer ▸ name · text · Nimbus Ltd · {{ trigger.body.customer.name }}'],
  ])
  expect(lines(show({ question: 'price total' }))).toEqual([['total · number · 21 · {{ steps.price.total }}']])
  expect(show({ question: 'no such thing' })).toEqual([])
})

test('what a start asks for stands below its body before the first sample, and is found', () => {
  const asked = {
    sources: [source('trigger', 'Form sent in')],
    sampleOf: () => undefined,
    outputOf: () => ({
      properties: { at: { type: 'string' }, body: { type: 'object', properties: { email: { type: 'string' } } } },
    }),
  }
  expect(lines(show(asked))).toEqual([
    ['body · group ·  · {{ trigger.body }}', ' email · text ·  · {{ trigger.body.email }}', 'at · text ·  · {{ trigger.at }}'],
  ])
  expect(lines(show({ ...asked, question: 'form mail' }))).toEqual([['email · text ·  · {{ trigger.body.email }}']])
})

test('a step that has not run shows the fields its kind promises', () => {
  const promised = show({ outputOf: () => ({ properties: { status: { type: 'integer' }, body: {} } }) })
  expect(lines(promised)[2]).toEqual([
    'status · number ·  · {{ steps.ask.status }}',
    'body · undefined ·  · {{ steps.ask.body }}',
    'Test “Ask someone” to see its data',
  ])
})

test('what a step promises gives its data plain names, by which it is found as well as by its own', () => {
  const named = {
    sources: [source('trigger', 'New order')],
    outputOf: () => ({
      properties: {
        method: { title: 'Method' },
        body: { title: 'What was sent', properties: { customer: { title: 'Who ordered' } } },
      },
    }),
  }
  const names = (change: Partial<PickerInput>) =>
    show({ ...named, ...change })[0]?.rows.map((row) => (row.kind === 'value' ? [row.label, row.ownName] : []))
  expect(names({})?.slice(1, 3)).toEqual([
    ['What was sent', 'body'],
    ['Who ordered', 'customer'],
  ])
  const found = ['What was sent ▸ Who ordered ▸ name', 'body ▸ customer ▸ name']
  expect(names({ question: 'ordered nimb' })).toEqual([found])
  expect(names({ question: 'body customer name' })).toEqual([found])
  expect(names({ sampleOf: () => undefined, question: 'who' })).toEqual([['Who ordered', 'customer']])
})
