import { expect, test } from 'vitest'
import { nothingCame } from './nothing-came.ts'

test('an empty inbox says how something gets in, by what the flow listens for', () => {
  expect(nothingCame(['webhook', 'form']).text).toMatch(/^Send anything to its address/)
  expect(nothingCame(['email']).text).toMatch(/^Write to its address/)
  expect(nothingCame(['form']).text).toMatch(/^Fill in its form/)
})

test('a flow that has no address, such as one with a schedule, isn’t said to wait for requests', () => {
  expect(nothingCame([])).toEqual({
    title: 'Nothing is kept',
    text: 'What would start a run while the flow is paused is kept here until it goes on.',
  })
})
