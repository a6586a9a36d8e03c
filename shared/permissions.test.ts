import { expect, test } from 'vitest'
import { mayDo } from './permissions.ts'

test.each([
  ['viewer', 'values.read', false],
  ['operator', 'values.read', false],
  ['builder', 'values.read', true],
  ['builder', 'keys.manage', true],
  ['builder', 'system.read', false],
  ['owner', 'settings.manage', true],
  ['somebody', 'flows.read', false],
  ['toString', 'flows.read', false],
] as const)('%s and %s: %s', (role, permission, may) => {
  expect(mayDo(role, permission)).toBe(may)
})
