import { expect } from 'vitest'
import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('one call more ends the run, even when its error is caught', {
  code: `export default async () => {
    for (let i = 0; i < 1001; i++) try { await fetch('http://x/') } catch {}
    return 'survived'
  }`,
  answers: anyAnswer,
  limits: { cpuMs: 10_000 },
  endsAs: 'call_limit',
  then: ({ calls }) => expect(calls).toHaveLength(1000),
})
