import { expect, test } from 'vitest'
import { type JsonTree, readJsonTree } from './json-tree.ts'

/** The value again, of what the tree has of it. */
function valueOf(tree: JsonTree): unknown {
  if (tree.items) return tree.items.map(valueOf)
  if (!tree.members) return JSON.parse(tree.text)
  const value: { [name: string]: unknown } = Object.create(null)
  for (const [name, inner] of tree.members) value[name] = valueOf(inner)
  return value
}

const texts = [
  'null',
  ' "a \\" b" ',
  '12345678901234567890',
  '{}',
  '[]',
  ' [ 1 , [ ] , { } , "]" ] ',
  '{"a":{"b":[1,2,{"c":null}]},"d":"}"}',
  '{"a":1,"a":{"x":2}}',
  '{"__proto__":{"x":1},"constructor":2,"":3,"a\\u002eb":4}',
]

test.each(texts)('a tree of %s has what JSON.parse finds', (text) => {
  const seen = JSON.stringify(valueOf(readJsonTree(text)))
  expect(JSON.parse(seen)).toEqual(JSON.parse(text))
})

test('each value is the text it was written as', () => {
  const tree = readJsonTree('{"big": 12345678901234567890, "list": [1.50, {"a" : 1}]}')
  expect(tree.members?.get('big')?.text).toBe('12345678901234567890')
  expect(tree.members?.get('list')?.items?.map(({ text }) => text)).toEqual(['1.50', '{"a" : 1}'])
})
