import { expect, test } from 'vitest'
import { cronOf, repetitionOf } from '#shared/schedule/cron-words.ts'
import { asKind, repetitionKinds } from './repetition-kinds.ts'

test('whatever is chosen is a rule that is shown as the same kind again, and keeps the time of day', () => {
  const before = repetitionOf('30 17 * * *')
  for (const { value } of repetitionKinds) {
    const cron = cronOf(asKind(before, value, '30 17 1 6 *'))
    expect(repetitionOf(cron).every).toBe(value)
    if (['weekday', 'week', 'month', 'custom'].includes(value)) expect(cron).toMatch(/^30 17 /)
  }
})
