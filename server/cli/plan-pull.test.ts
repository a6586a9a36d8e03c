import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { planPull } from './plan-pull.ts'

test.each([
  ['is new on the server', { before: undefined, mine: undefined, theirs: 'a' }, 'write'],
  ['changed on the server', { before: 'a', mine: 'a', theirs: 'b' }, 'write'],
  ['was deleted here', { before: 'a', mine: undefined, theirs: 'a' }, 'write'],
  ['changed here', { before: 'a', mine: 'b', theirs: 'a' }, 'mine'],
  ['changed on both sides', { before: 'a', mine: 'b', theirs: 'c' }, 'conflict'],
  ['changed on both sides alike', { before: 'a', mine: 'b', theirs: 'b' }, 'same'],
  ['was here before the first pull', { before: undefined, mine: 'a', theirs: 'b' }, 'conflict'],
  ['is gone on the server', { before: 'a', mine: 'a', theirs: undefined }, 'remove'],
  ['is gone on the server and changed here', { before: 'a', mine: 'b', theirs: undefined }, 'orphan'],
  ['is gone on both sides', { before: 'a', mine: undefined, theirs: undefined }, 'same'],
] as const)('a file that %s', (_what, versions, outcome) => {
  expect(planPull(versions)).toBe(outcome)
})

test('what is here and was not pulled like that is never written over or removed', () => {
  const version = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined })
  fc.assert(
    fc.property(version, version, version, (before, mine, theirs) => {
      const outcome = planPull({ before, mine, theirs })
      if (outcome === 'write' || outcome === 'remove') expect([undefined, before]).toContain(mine)
      if (mine !== theirs && mine === before) expect(['write', 'remove']).toContain(outcome)
    }),
  )
})
