import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Flow } from '#shared/flow.ts'
import { edgeKey } from '#shared/flow-names.ts'
import { applyToFlow, edit, patchBetween } from './document.ts'
import { flowOf, lines, orderFlow, step } from './testing/open-editor.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const anyNode = fc.record({
  id: fc.constantFrom(...ids),
  type: fc.constantFrom('code', 'set', 'branch'),
  name: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
  position: fc.record({ x: fc.integer(), y: fc.integer() }),
  params: fc.dictionary(
    fc.constantFrom('a/b', 'c~d', 'code', 'list'),
    fc.oneof(fc.string(), fc.array(fc.integer(), { maxLength: 3 }), fc.constant(null)),
  ),
  note: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
})
const anyEdge = fc.record({ source: fc.constantFrom(...ids), target: fc.constantFrom(...ids) })
const anyFlow = fc
  .record({
    name: fc.string({ maxLength: 8 }),
    nodes: fc.uniqueArray(anyNode, { selector: (node) => node.id }),
    edges: fc.uniqueArray(anyEdge, { selector: edgeKey }),
  })
  .map((parts) => Flow.parse(JSON.parse(JSON.stringify(parts))))

test('the patch between two documents leads from one to the other', () => {
  fc.assert(
    fc.property(anyFlow, anyFlow, (before, after) => {
      expect(applyToFlow(before, patchBetween(before, after))).toEqual(after)
    }),
    { numRuns: 500 },
  )
})

test('removing one of many steps is one operation, whatever its place', () => {
  const flow = flowOf(Array.from({ length: 500 }, (_, index) => step(`s${index}`, 'code')))
  const patch = edit(flow, (draft) => {
    draft.nodes.splice(3, 1)
  })
  expect(patch).toEqual([{ op: 'remove', path: '/nodes/3' }])
})

test('one changed field is one small operation', () => {
  const patch = edit(orderFlow(), (draft) => {
    const charge = draft.nodes.find((node) => node.id === 'charge')
    if (charge) charge.params['url'] = 'https://example.com'
  })
  expect(patch).toEqual([{ op: 'replace', path: '/nodes/3/params/url', value: 'https://example.com' }])
})

test('a change that changes nothing has no patch', () => {
  expect(edit(orderFlow(), () => undefined)).toEqual([])
})

test('changing the order of lines keeps what else changed', () => {
  const before = flowOf([step('a', 'code'), step('b', 'code'), step('c', 'code')], lines('a > b', 'a > c'))
  const after = {
    ...before,
    nodes: before.nodes.map((node) => ({ ...node, name: `${node.id}!` })),
    edges: lines('a > c', 'a > b'),
  }
  expect(applyToFlow(before, patchBetween(before, after))).toEqual(after)
})
