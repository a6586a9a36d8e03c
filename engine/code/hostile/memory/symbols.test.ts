import { hostile } from '../../testing/hostile.ts'

hostile('symbols without number', {
  code: `export default () => { const a: symbol[] = []; for (let i = 0; ; i++) a.push(Symbol.for("s" + i)) }`,
  endsAs: ['cpu_limit', 'memory_limit'],
  limits: { cpuMs: 10_000, memoryMb: 32 },
})
