import { hostile } from '../../testing/hostile.ts'

hostile('replies that are all kept', {
  code: `export default async () => { const a: unknown[] = []; for (let i = 0; i < 900; i++) a.push(await (await fetch("http://x/")).bytes()); return a.length }`,
  answers: async ({ url }) => ({
    url,
    status: 200,
    statusText: 'OK',
    headers: [],
    body: new Uint8Array(1024 * 1024).fill(255),
    redirected: false,
  }),
  limits: { cpuMs: 30_000 },
  endsAs: ['memory_limit', 'cpu_limit', 'runner_crash'],
})
