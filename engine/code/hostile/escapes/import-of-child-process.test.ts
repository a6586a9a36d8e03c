import { hostile } from '../../testing/hostile.ts'

hostile('import() of node:child_process finds nothing', {
  code: `export default async () => {
    // Evaluated, because the compiler refuses what it can see.
    try { await eval('import("node:child_process")') } catch { return 'refused' }
  }`,
  gives: 'refused',
})
