import type { Repetition } from '#shared/schedule/cron-words.ts'

/** What one chooses from first. */
export const repetitionKinds: { value: Repetition['every']; label: string }[] = [
  { value: 'weekday', label: 'Every weekday' },
  { value: 'day', label: 'Every day' },
  { value: 'week', label: 'On days of the week' },
  { value: 'month', label: 'Every month' },
  { value: 'hours', label: 'Every few hours' },
  { value: 'minutes', label: 'Every few minutes' },
  { value: 'seconds', label: 'Every few seconds' },
  { value: 'custom', label: 'By a rule of your own' },
]

/** Another kind of repetition, with what was chosen before as far as it has a place there. */
export function asKind(before: Repetition, every: Repetition['every'], cron: string): Repetition {
  const at = 'at' in before ? before.at : '9:00'
  switch (every) {
    case 'seconds':
      return { every, count: 30 }
    case 'minutes':
      return { every, count: 15 }
    case 'hours':
      return { every, count: 1, minute: 0 }
    case 'day':
    case 'weekday':
      return { every, at }
    case 'week':
      return { every, days: [1], at }
    case 'month':
      return { every, day: 1, at }
    case 'custom':
      return { every, cron }
  }
}
