import { hostile } from '../../testing/hostile.ts'

hostile('a run that deletes every global leaves the next one all of them', {
  code: `export default async () => {
    for (const name of Object.getOwnPropertyNames(globalThis)) try { delete (globalThis as any)[name] } catch {}
    return 1
  }`,
  givesAtMost: 1,
})
