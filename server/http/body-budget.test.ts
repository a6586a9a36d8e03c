import { expect, test } from 'vitest'
import { createBodyBudget } from './body-budget.ts'

function world() {
  let at = 0
  const gone: string[] = []
  const budget = createBodyBudget(100, () => at)
  return { gone, pass: (ms: number) => (at += ms), open: (name: string) => budget.open(() => gone.push(name)) }
}

test('gives up the request that takes up most for longest', () => {
  const { gone, pass, open } = world()
  const stalled = open('stalled')
  const small = open('small')
  stalled.hold(60)
  small.hold(5)
  pass(1000)
  const coming = open('coming')
  coming.hold(30)
  expect(gone).toEqual([])
  coming.hold(50)
  expect(gone).toEqual(['stalled'])
  coming.hold(90)
  expect(gone).toEqual(['stalled'])
})

test('gives up who comes last where the others have come whole', () => {
  const { gone, open } = world()
  const whole = open('whole')
  whole.hold(90)
  whole.settle()
  const late = open('late')
  late.hold(20)
  expect(gone).toEqual(['late'])
  whole.release()
  whole.release()
  open('later').hold(100)
  expect(gone).toEqual(['late'])
})
