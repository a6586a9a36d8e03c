import { expect, test } from 'vitest'
import { emptyEditHistory, remember, travel } from './edit-history.ts'

const at = (text: string) => ({ text, start: text.length, end: text.length })

test('typing in one go is taken back in one go', () => {
  let history = remember(emptyEditHistory, at(''), 0, true)
  history = remember(history, at('a'), 300, true)
  history = remember(history, at('ab'), 600, true)
  expect(travel(history, at('abc'), 'back')?.state).toEqual(at(''))
})

test('a pause, or anything but typing, starts a new step', () => {
  let history = remember(emptyEditHistory, at(''), 0, true)
  history = remember(history, at('a'), 2000, true)
  history = remember(history, at('ab'), 2100, false)
  history = remember(history, at('ab{{ x }}'), 2200, true)
  expect(history.past.map((state) => state.text)).toEqual(['', 'a', 'ab', 'ab{{ x }}'])
})

test('what was taken back can be done again, until something else is typed', () => {
  const history = remember(emptyEditHistory, at(''), 0, true)
  const back = travel(history, at('abc'), 'back')
  expect(back && travel(back.history, back.state, 'forth')?.state).toEqual(at('abc'))
  expect(back && travel(remember(back.history, back.state, 5000, true), at('x'), 'forth')).toBeUndefined()
})

test('with nothing left the flow itself may undo', () => {
  expect(travel(emptyEditHistory, at(''), 'back')).toBeUndefined()
})
