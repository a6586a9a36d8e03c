import { z } from 'zod'
import { findDurationMs } from './duration.ts'
import { Duration } from './flow.ts'
import type { Json } from './json.ts'

export const defaultEvery = '5m'
/** Nobody is asked more often than this. */
export const leastEveryMs = 60_000
export const startWithChoices = ['new', 'all'] as const

/** What every trigger that looks by itself is asked, beside its own params. */
export function pollParams(every: string) {
  return z.strictObject({
    every: Duration.default(every).meta({
      title: 'Check every',
      description: 'A minute at the least.',
      control: 'duration',
      examples: ['1m', '5m', '1h'],
    }),
    startWith: z
      .enum(startWithChoices)
      .default('new')
      .meta({
        title: 'What is there already',
        description: 'When it looks for the first time.',
        labels: { new: 'Leave it; only what comes later starts a run', all: 'Start a run for each of it' },
        advanced: true,
      }),
  })
}

/** What was published, as the engine goes by it. */
export interface PollRule {
  everyMs: number
  startsWithAll: boolean
  /** What it looks for: all but how often, and what it does at first. */
  source: { [param: string]: Json }
}

export function pollRuleFrom({ every, startWith, ...source }: { [param: string]: Json }): PollRule {
  const everyMs = findDurationMs(every) ?? findDurationMs(defaultEvery) ?? leastEveryMs
  return { everyMs: Math.max(everyMs, leastEveryMs), startsWithAll: startWith === 'all', source }
}
