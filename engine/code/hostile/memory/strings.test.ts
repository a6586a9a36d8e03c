import { hostile } from '../../testing/hostile.ts'

hostile('strings that are all kept', {
  code: `export default () => { const a: string[] = []; let s = "x".repeat(1000); for (;;) { s += s.slice(0, 1e6); a.push(s + a.length) } }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
