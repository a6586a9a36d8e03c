import { hostile } from '../../testing/hostile.ts'

hostile('import() of file:///etc/passwd finds nothing', {
  code: `export default async () => {
    // Evaluated, because the compiler refuses what it can see.
    try { await eval('import("file:///etc/passwd")') } catch { return 'refused' }
  }`,
  gives: 'refused',
})
