import { expect } from 'vitest'
import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('calls made without waiting can’t flood the host', {
  code: `export default () => { for (;;) void fetch("http://x/").catch(() => {}) }`,
  answers: anyAnswer,
  limits: { cpuMs: 5_000 },
  endsAs: ['call_limit', 'cpu_limit', 'memory_limit'],
  then: ({ calls }) => expect(calls.length).toBeLessThanOrEqual(1000),
})
