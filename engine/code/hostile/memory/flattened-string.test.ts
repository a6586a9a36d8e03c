import { hostile } from '../../testing/hostile.ts'

hostile('a string of doubled halves that is then read', {
  code: `export default () => { let s = "ab"; const a: number[] = []; for (;;) { if (s.length < 2 ** 28) s += s; a.push(s.charCodeAt(s.length - 1)) } }`,
  endsAs: ['memory_limit', 'runner_crash', 'cpu_limit'],
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
