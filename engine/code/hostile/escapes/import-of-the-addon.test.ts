import { hostile } from '../../testing/hostile.ts'

hostile('import() of isolated-vm finds nothing', {
  code: `export default async () => {
    // Evaluated, because the compiler refuses what it can see.
    try { await eval('import("isolated-vm")') } catch { return 'refused' }
  }`,
  gives: 'refused',
})
