import { builtinModules } from 'node:module'
import { expect, test } from 'vitest'
import { nodeModules } from './node-modules.ts'

test('every module of this Node is known', () => {
  const names = builtinModules.filter((name) => !/^_|[/:]/.test(name))
  expect(names.filter((name) => !nodeModules.has(name))).toEqual([])
})
