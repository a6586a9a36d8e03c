import { expect, test } from 'vitest'
import { readingOrder } from './reading-order.ts'
import { flowOf, lines, orderFlow, step, testCatalog } from './testing/open-editor.ts'

const read = (flow: Parameters<typeof readingOrder>[0]) =>
  readingOrder(flow, testCatalog).map(({ id, depth, lane }) => `${'  '.repeat(depth)}${lane === '' ? '' : `${lane}: `}${id}`)

test('each lane is read to its end, and what follows when they meet stands as deep as the branch', () => {
  expect(read(orderFlow())).toEqual(['start', 'price', 'big', '  Yes: charge', '  Otherwise: tell', 'answer'])
})

test('the way taken after a failure is a lane, the way on is not', () => {
  const flow = flowOf(
    [
      step('start', 'webhook'),
      step('pay', 'http.request', { settings: { onError: 'route' } }),
      step('oops', 'set'),
      step('next', 'set'),
      step('paper', 'note'),
    ],
    lines('start > pay', 'pay:error > oops', 'pay > next'),
  )
  expect(read(flow)).toEqual(['start', 'pay', 'next', '  If it fails: oops', 'paper'])
})

test('branches in branches come back out one by one', () => {
  const flow = flowOf(
    [
      step('start', 'webhook'),
      step('a', 'branch'),
      step('b', 'branch'),
      step('c', 'set'),
      step('d', 'set'),
      step('e', 'set'),
      step('f', 'set'),
    ],
    lines('start > a', 'a:true > b', 'b:true > c', 'b:false > d', 'c > e', 'd > e', 'a:false > f', 'e > f'),
  )
  expect(read(flow)).toEqual(['start', 'a', '  Yes: b', '    Yes: c', '    Otherwise: d', '  e', 'f'])
})

test('steps nothing leads to are read too, circles as well', () => {
  const flow = flowOf([step('a', 'code'), step('b', 'code'), step('alone', 'set')], lines('a > b', 'b > a'))
  expect(read(flow).toSorted()).toEqual(['a', 'alone', 'b'])
})
