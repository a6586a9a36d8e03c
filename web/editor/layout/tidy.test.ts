import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Flow } from '#shared/flow.ts'
import { flowOf, lines, orderFlow, step, testCatalog } from '../testing/open-editor.ts'
import { cardWidth, sizeOf } from './measures.ts'
import { isTidy, tidied } from './tidy.ts'

const placesOf = (flow: Flow) => Object.fromEntries(tidied(flow, testCatalog).nodes.map(({ id, position }) => [id, position]))

/** Any drawing without circles: lines lead from earlier to later steps. */
const anyFlow = fc
  .tuple(
    fc.integer({ min: 1, max: 14 }),
    fc.array(fc.tuple(fc.nat(13), fc.nat(13), fc.constantFrom('true', 'false', 'error')), { maxLength: 24 }),
    fc.array(fc.nat(6), { minLength: 14, maxLength: 14 }),
  )
  .map(([count, pairs, inside]) => {
    // Branches, and code whose card is as high as what it asks for needs.
    const asks = (index: number) => inside[index] ?? 0
    const nodes = Array.from({ length: count }, (_, index) => {
      const settings = index === 0 ? {} : { onError: 'route' as const }
      const calls = Array.from({ length: asks(index) }, (__, call) => `step.run('${call}', f)`)
      if (index > 0 && calls.length > 0)
        return step(`s${index}`, 'code', { settings, params: { code: `({ step }) => { ${calls.join(';')} }` } })
      return step(`s${index}`, index === 0 ? 'webhook' : 'branch', { settings })
    })
    const exit = (index: number, handle: string) => (asks(index) > 0 && handle !== 'error' ? '' : `:${handle}`)
    const texts = pairs
      .filter(([a, b]) => a < b && b < count)
      .map(([a, b, handle]) => (a === 0 ? `s0 > s${b}` : `s${a}${exit(a, handle)} > s${b}`))
    return flowOf(nodes, lines(...new Set(texts)))
  })

test('cards never overlap, every line leads down, and tidying twice changes nothing', () => {
  fc.assert(
    fc.property(anyFlow, (flow) => {
      const tidy = tidied(flow, testCatalog)
      for (const [index, one] of tidy.nodes.entries()) {
        for (const other of tidy.nodes.slice(index + 1)) {
          const [upper, lower] = one.position.y <= other.position.y ? [one, other] : [other, one]
          const apart =
            Math.abs(one.position.x - other.position.x) >= cardWidth ||
            lower.position.y - upper.position.y >= sizeOf(tidy, upper).height
          expect(apart, `${one.id} and ${other.id} overlap`).toBe(true)
        }
      }
      const y = new Map(tidy.nodes.map(({ id, position }) => [id, position.y]))
      for (const { source, target } of tidy.edges) expect(y.get(target)).toBeGreaterThan(y.get(source) ?? 0)
      expect(isTidy(tidy, testCatalog)).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('a branch has Yes left and Otherwise right, and they meet below it', () => {
  const places = placesOf(orderFlow())
  expect(places['charge']?.x).toBe(-136)
  expect(places['tell']?.x).toBe(136)
  expect(places['answer']).toEqual({ x: 0, y: 512 })
})

test('what is done after a failure stands aside; the way on goes straight down', () => {
  const flow = flowOf(
    [
      step('start', 'webhook'),
      step('pay', 'http.request', { settings: { onError: 'route' } }),
      step('next', 'set'),
      step('oops', 'set'),
    ],
    lines('start > pay', 'pay:error > oops', 'pay > next'),
  )
  const places = placesOf(flow)
  expect(places['next']?.x).toBe(places['pay']?.x)
  expect(places['oops']?.x).toBeGreaterThan(places['pay']?.x ?? 0)
})

test('the flow stays where its start is, and notes stay where they were put', () => {
  const flow = flowOf(
    [
      step('start', 'webhook', { position: { x: 320, y: 64 } }),
      step('a', 'code'),
      step('paper', 'note', { position: { x: 7, y: 9 } }),
    ],
    lines('start > a'),
  )
  expect(placesOf(flow)).toEqual({ start: { x: 320, y: 64 }, a: { x: 320, y: 192 }, paper: { x: 7, y: 9 } })
})

test('a circle, which a program may have written, is drawn all the same', () => {
  const flow = flowOf([step('start', 'webhook'), step('a', 'code'), step('b', 'code')], lines('start > a', 'a > b', 'b > a'))
  expect(new Set(Object.values(placesOf(flow)).map(({ x, y }) => `${x} ${y}`)).size).toBe(3)
})
