import { expect } from 'vitest'
import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('headers beyond all measure end at a limit and don’t leave', {
  code: `export default async () => {
    const headers = new Headers()
    for (let i = 0; i < 2000; i++) headers.append('x-' + i, 'y'.repeat(1000))
    return (await fetch('http://x/', { headers })).status
  }`,
  answers: anyAnswer,
  limits: { cpuMs: 5_000 },
  endsAs: 'call_limit',
  saying: 'headers',
  then: ({ calls }) => expect(calls).toEqual([]),
})
