import { expect, test } from 'vitest'
import {
  aroundHoles,
  holeBeside,
  insertText,
  layoutOf,
  onOneLine,
  removeSelectionOrHole,
  selectedHole,
  slashOpensPicker,
} from './template-edit.ts'

const text = 'Hi {{ trigger.a }}{{ trigger.b }}!'
const at = (start: number, end = start) => ({ text, start, end })

test('there is a place to type before, between and after pills', () => {
  const { slots, holes } = layoutOf(text)
  expect(slots.map((slot) => slot.text)).toEqual(['Hi ', '', '!'])
  expect(holes).toHaveLength(2)
  expect(layoutOf('').slots).toEqual([{ text: '', start: 0, end: 0 }])
  expect(slots[1]).toEqual({ text: '', start: holes[0]?.end, end: holes[1]?.start })
})

test('backspace behind a pill removes the pill, delete before it too', () => {
  expect(removeSelectionOrHole(at(18), 'back')).toEqual({ text: 'Hi {{ trigger.b }}!', start: 3, end: 3 })
  expect(removeSelectionOrHole(at(3), 'forward')).toEqual({ text: 'Hi {{ trigger.b }}!', start: 3, end: 3 })
  expect(removeSelectionOrHole(at(2), 'back')).toBeUndefined()
})

test('a selection that cuts a pill takes all of it', () => {
  expect(aroundHoles(at(1, 10))).toEqual({ text, start: 1, end: 18 })
  expect(insertText(at(1, 10), 'ey')).toEqual({ text: 'Hey{{ trigger.b }}!', start: 3, end: 3 })
})

test('typing between two pills stays between them', () => {
  expect(insertText(at(18), ' and ').text).toBe('Hi {{ trigger.a }} and {{ trigger.b }}!')
})

test('a pill is known by its two ends', () => {
  expect(holeBeside(text, 18, 'back')?.source).toBe('trigger.a')
  expect(holeBeside(text, 18, 'forward')?.source).toBe('trigger.b')
  expect(selectedHole(at(3, 18))?.source).toBe('trigger.a')
  expect(selectedHole(at(2, 18))).toBeUndefined()
})

test('a slash asks for data at the start of a word only, so addresses can be typed', () => {
  expect(slashOpensPicker('', 0)).toBe(true)
  expect(slashOpensPicker('New lead: ', 10)).toBe(true)
  expect(slashOpensPicker('https:', 6)).toBe(false)
})

test('pasted lines become one in a field of one line', () => {
  expect(onOneLine('a\r\nb\nc')).toBe('a b c')
})
