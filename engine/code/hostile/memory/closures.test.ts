import { hostile } from '../../testing/hostile.ts'

hostile('closures that hold each other', {
  code: `export default () => { let f = () => 0; const a: unknown[] = []; for (;;) { const g = f; f = () => g(); a.push(f) } }`,
  endsAs: 'memory_limit',
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
