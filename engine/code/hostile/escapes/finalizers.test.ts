import { hostile } from '../../testing/hostile.ts'

hostile('what runs when garbage is collected runs in no other isolate', {
  code: `export default async () => {
    const registry = new FinalizationRegistry(() => { (globalThis as any).left = 'collected' })
    for (let i = 0; i < 1e4; i++) registry.register({ i }, i)
    return typeof (globalThis as any).gc
  }`,
  gives: 'undefined',
})
