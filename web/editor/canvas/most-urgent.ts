import type { StepProgress } from '../state.ts'

/** What stands out most first. */
const urgency: readonly StepProgress['state'][] = ['failed', 'needs-you', 'running', 'waiting', 'worked']

/** The one of several that stands out. */
export function mostUrgent<T extends Pick<StepProgress, 'state'>>(all: readonly T[]): T | undefined {
  for (const state of urgency) {
    const found = all.find((one) => one.state === state)
    if (found !== undefined) return found
  }
  return all[0]
}
