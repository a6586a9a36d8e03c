import { hostile } from '../../testing/hostile.ts'

hostile('import() of fs finds nothing', {
  code: `export default async () => {
    // Evaluated, because the compiler refuses what it can see.
    try { await eval('import("fs")') } catch { return 'refused' }
  }`,
  gives: 'refused',
})
