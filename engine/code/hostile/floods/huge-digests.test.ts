import { hostile } from '../../testing/hostile.ts'

hostile('digests of huge data count as the run’s own time', {
  code: `export default async () => {
    const data = new Uint8Array(8e6)
    for (;;) await crypto.subtle.digest('SHA-512', data)
  }`,
  limits: { cpuMs: 1_000 },
  endsAs: ['cpu_limit', 'memory_limit'],
})
