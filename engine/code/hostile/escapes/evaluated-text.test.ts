import { hostile } from '../../testing/hostile.ts'

hostile('evaluated text stays inside', {
  code: `export default async () => {
    return [eval, (0, eval), Function].map((run: any) => { const made = run('typeof process + typeof require'); return typeof made === 'function' ? typeof made() : made })
  }`,
  gives: ['undefinedundefined', 'undefinedundefined', 'undefined'],
})
