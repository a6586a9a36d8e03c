import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('memory taken after a reply from outside', {
  code: `export default async () => { await fetch("http://x/"); const a: unknown[] = []; for (;;) a.push({ a }) }`,
  answers: anyAnswer,
  limits: { cpuMs: 10_000, memoryMb: 32 },
  endsAs: 'memory_limit',
})
