import { hostile } from '../../testing/hostile.ts'

hostile('a hook into stacks is shown neither functions nor receivers of anybody else', {
  code: `export default async () => {
    const seen = new Set<string>()
    Error.prepareStackTrace = (_, sites) => {
      for (const site of sites) {
        const self = site.getThis()
        seen.add(typeof site.getFunction() + ' ' + (self === undefined || self === globalThis ? 'nothing' : 'something'))
      }
      return 'hooked'
    }
    for (const look of [() => null!['x'], () => new URL('nonsense'), () => new Headers([['', '']]), () => fetch('nonsense')]) {
      try { await (look() as any) } catch (error) { String((error as Error).stack) }
    }
    return [...seen]
  }`,
  gives: ['undefined nothing'],
})
