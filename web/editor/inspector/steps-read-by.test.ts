import { expect, test } from 'vitest'
import { stepsReadBy } from './steps-read-by.ts'

test('steps are found in fields, in conditions and in code', () => {
  const node = {
    params: {
      url: '{{ steps.find.url }}',
      list: [{ deep: '{{ steps["second"].x }}' }],
      code: 'export default ({ steps }) => steps.price.total',
    },
    settings: { runIf: '{{ steps.ask.yes }}' },
  }
  expect(stepsReadBy(node).toSorted()).toEqual(['ask', 'find', 'price', 'second'])
})
