import { expect } from 'vitest'
import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('a body over 10 MiB is not sent', {
  code: `export default () => fetch("http://x/", { method: "POST", body: "x".repeat(11 * 1024 * 1024) })`,
  answers: anyAnswer,
  limits: { cpuMs: 5_000 },
  endsAs: 'call_limit',
  then: ({ calls }) => expect(calls).toEqual([]),
})
