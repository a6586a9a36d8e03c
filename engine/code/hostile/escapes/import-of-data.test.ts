import { hostile } from '../../testing/hostile.ts'

hostile('import() of data:text/javascript,export default 1 finds nothing', {
  code: `export default async () => {
    // Evaluated, because the compiler refuses what it can see.
    try { await eval('import("data:text/javascript,export default 1")') } catch { return 'refused' }
  }`,
  gives: 'refused',
})
