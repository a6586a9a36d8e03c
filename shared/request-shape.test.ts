import { expect, test } from 'vitest'
import type { Json } from './json.ts'
import { requestShape, unusualFields } from './request-shape.ts'

const unusual = (body: Json, ...others: Json[]) => unusualFields(requestShape(body), others.map(requestShape))
const parsed = (text: string): Json => JSON.parse(text)

test('nothing is unusual while there are too few to tell', () => {
  expect(unusual({ a: 1 }, { b: 1 })).toEqual([])
})

test('a form has text in every field: what is missing and what is new is told', () => {
  const usual = { name: 'Ada', mail: 'ada@example.com' }
  expect(unusual({ name: 'Bo', phone: '1' }, usual, usual, usual)).toEqual([
    { path: 'mail', kind: 'missing', usual: 'text', now: null },
    { path: 'phone', kind: 'new', usual: null, now: 'text' },
  ])
})

test('one text is like another, and unlike what has fields', () => {
  expect(unusual('<order id="2"/>', '<order id="1"/>', 'anything')).toEqual([])
  expect(unusual('<order/>', { id: 1 }, { id: 2 })).toEqual([{ path: '', kind: 'changed', usual: 'group', now: 'text' }])
  expect(unusual(null, 'a', 'b')).toEqual([{ path: '', kind: 'changed', usual: 'text', now: 'empty' }])
})

test('what differs inside of something that differs is told once', () => {
  const usual = { customer: { name: 'Ada', address: { city: 'Bern' } } }
  expect(unusual({ customer: 'Ada' }, usual, usual)).toEqual([{ path: 'customer', kind: 'changed', usual: 'group', now: 'text' }])
})

test('names that a stranger chose are names like others', () => {
  const usual = parsed('{"__proto__":{"admin":true},"constructor":1,"a.b":1,"a":{"b":1}}')
  expect(unusual(parsed('{"constructor":1,"a":{"b":1}}'), usual, usual)).toEqual([
    { path: '__proto__', kind: 'missing', usual: 'group', now: null },
    { path: '["a.b"]', kind: 'missing', usual: 'number', now: null },
  ])
  expect(unusual(parsed('{"toString":1,"hasOwnProperty":"x"}'), {}, {})).toEqual([
    { path: 'toString', kind: 'new', usual: null, now: 'number' },
    { path: 'hasOwnProperty', kind: 'new', usual: null, now: 'text' },
  ])
})

test('however many fields somebody sends, and however long their names are, little is told', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`${'x'.repeat(1000)}${n}`, n]))
  const told = unusual({ ...many, b: 1, c: 1 }, { a: 1 }, { a: 1 })
  expect(JSON.stringify(told).length).toBeLessThan(10_000)
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`f${n}`, n]))
  expect(unusual(wide, { a: 1 }, { a: 1 })).toHaveLength(50)
})
