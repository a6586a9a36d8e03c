import { hostile } from '../../testing/hostile.ts'

hostile('a loop that begins with a refused call is stopped', {
  code: `export default async () => { await fetch("http://10.0.0.1/").catch(() => { for (;;); }) }`,
  endsAs: 'cpu_limit',
})
