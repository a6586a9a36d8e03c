import { expect, test } from 'vitest'
import { holeWithFallback, literalOfText, segmentsOf, soleHole } from './template-segments.ts'

test('a value that is only named is a pill, anything else a formula', () => {
  expect(segmentsOf('Hello {{ trigger.body.name }}, {{ steps.price.total * 2 }}')).toMatchObject([
    { kind: 'text', text: 'Hello ' },
    { kind: 'pill', path: { root: 'trigger', keys: ['body', 'name'] } },
    { kind: 'text', text: ', ' },
    { kind: 'formula', source: 'steps.price.total * 2' },
  ])
})

test('the segments cover the text without gaps', () => {
  const text = 'a {{ trigger.x }}{{ trigger.y }} b {{ 1 + }} c {{ open'
  const segments = segmentsOf(text)
  expect(segments.map((segment) => text.slice(segment.start, segment.end)).join('')).toBe(text)
  expect(segments.map((segment) => segment.kind)).toEqual(['text', 'pill', 'pill', 'text', 'formula', 'text'])
})

test('a hole that is still being typed stays text', () => {
  expect(segmentsOf('Hello {{ trigger.bo')).toEqual([{ kind: 'text', text: 'Hello {{ trigger.bo', start: 0, end: 19 }])
})

test('a pill may say what to use when it is empty', () => {
  const text = holeWithFallback({ root: 'steps', step: 'find', keys: ['name'] }, "o'friend")
  expect(text).toBe(String.raw`{{ steps.find.name ?? 'o\'friend' }}`)
  expect(segmentsOf(text)).toMatchObject([{ kind: 'pill', path: { step: 'find', keys: ['name'] }, fallback: "o'friend" }])
  expect(segmentsOf('{{ steps.find.n ?? 3 }}')).toMatchObject([{ kind: 'pill', fallback: '3' }])
  expect(segmentsOf('{{ steps.find.n ?? steps.other.n }}')).toMatchObject([{ kind: 'formula' }])
  expect(segmentsOf("{{ steps.a.n + 1 ?? 'x' }}")).toMatchObject([{ kind: 'formula' }])
})

test('a fallback keeps every character', () => {
  for (const fallback of ['a "quoted" word', String.raw`back\slash`, 'two\nlines\ttab', '\r\u2028 😀', "it's"]) {
    const [segment] = segmentsOf(`{{ trigger.a ?? ${literalOfText(fallback)} }}`)
    expect(segment).toMatchObject({ kind: 'pill', fallback })
  }
})

test('a hole alone keeps the kind of its value, with text beside it not', () => {
  expect(soleHole('{{ trigger.a }}')?.kind).toBe('pill')
  expect(soleHole('{{ trigger.a }} ')).toBeUndefined()
  expect(soleHole('')).toBeUndefined()
})
