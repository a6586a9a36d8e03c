import { hostile } from '../../testing/hostile.ts'

hostile('a list cut from a text that brings V8 itself down is blamed on who cut it', {
  code: `export default () => "a".repeat(5e8 / 2).split("").length`,
  limits: { cpuMs: 10_000, memoryMb: 32 },
  endsAs: ['memory_limit', 'runner_crash'],
})
