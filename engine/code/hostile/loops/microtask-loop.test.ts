import { hostile } from '../../testing/hostile.ts'

hostile('a loop of microtasks never gives the thread back', {
  code: `export default async () => { for (;;) await null }`,
  endsAs: 'cpu_limit',
})
