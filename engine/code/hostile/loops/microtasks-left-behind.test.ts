import { hostile } from '../../testing/hostile.ts'

hostile('microtasks left behind by a step that has returned something never are stopped', {
  code: `export default async () => {
    const again = async () => { await null; void again() }
    void again()
    return new Promise(() => {})
  }`,
  endsAs: ['cpu_limit', 'memory_limit'],
})
