import { expect, test } from 'vitest'
import { testCatalog } from '../testing/open-editor.ts'
import { groupedTypes } from './rank-types.ts'

const after = { kind: 'after', source: 'a', handle: 'out' } as const
const first = (query: string, place: Parameters<typeof groupedTypes>[1] = after) =>
  groupedTypes(testCatalog, place, query)[0]?.types[0]?.type

test('what is typed finds what is meant', () => {
  expect(first('code')).toBe('code')
  expect(first('http')).toBe('http.request')
  expect(first('branch')).toBe('branch')
  expect(first('web addr')).toBe('http.request')
})

test('what fits the place comes first, the rest after it', () => {
  const groups = groupedTypes(testCatalog, after, 'web')
  expect(groups[0]?.title).toBe('Fits here')
  expect(groups[0]?.types.every((type) => type.role === 'step')).toBe(true)
  expect(groups[1]?.types.map((type) => type.type)).toContain('webhook')
  expect(first('', { kind: 'start' })).toBeDefined()
  expect(
    groupedTypes(testCatalog, { kind: 'start' }, '')
      .flatMap((group) => group.types)
      .every((type) => type.role === 'trigger'),
  ).toBe(true)
})

test('nonsense finds nothing', () => {
  expect(groupedTypes(testCatalog, after, 'zzqqxx')).toEqual([])
})

test('who looks for a service that sends web requests finds the start that takes them', () => {
  for (const sender of ['slack', 'Stripe', 'shopify', 'github']) expect(first(sender, { kind: 'start' })).toBe('webhook')
})
