import { hostile } from '../../testing/hostile.ts'

hostile('a text that brings V8 itself down when it is parsed is blamed on who parsed it', {
  code: `export default () => JSON.parse("[" + "1,".repeat(2e8) + "1]").length`,
  limits: { cpuMs: 10_000, memoryMb: 32 },
  endsAs: ['memory_limit', 'runner_crash'],
})
