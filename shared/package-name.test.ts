import { expect, test } from 'vitest'
import { isExactVersion, isPackageName, packageOf } from './package-name.ts'

test.each(['zod', 'lodash-es', 'is-number', '@types/node', '@scope/with.dots_and~', 'JSONStream', '7zip', 'a'.repeat(214)])(
  '%s can be the name of a package',
  (name) => expect(isPackageName(name)).toBe(true),
)

test.each([
  ...['', ' ', '.', '..', '../x', './x', '/etc/passwd', 'a/b', '@a', '@a/', '@/b', '@a/b/c', '@../x', '@a/..', '@a/.x'],
  ...['-g', '--registry=http://evil.test', '@-a/b', '.hidden', '_private', 'node_modules', '@a/node_modules', 'favicon.ico'],
  ...['node:fs', 'file:../x', 'http://evil.test/x.tgz', 'git+ssh://x', 'github:a/b', 'npm:zod', 'data:text/javascript,1'],
  ...['zod@4', 'zod@latest', 'a b', 'a\nb', 'a\0b', 'a\\b', 'a%2fb', 'é', 'a'.repeat(215), 'a;id', '$(id)', 'a?b', 'a#b', "a'b"],
])('%j can not', (name) => expect(isPackageName(name)).toBe(false))

test('a version is one version', () => {
  for (const text of ['1.2.3', '0.0.1', '4.0.0-beta.1', '1.0.0+build.5']) expect(isExactVersion(text), text).toBe(true)
  for (const text of ['', '1', '1.2', 'v1.2.3', '^1.2.3', '>=1.0.0', '1.x', '*', 'latest', '1.2.3 || 2.0.0', '1.2.3\n', '-1.2.3'])
    expect(isExactVersion(text), text).toBe(false)
})

test('an import names its package before the path in it', () => {
  expect(packageOf('zod')).toBe('zod')
  expect(packageOf('lodash-es/chunk.js')).toBe('lodash-es')
  expect(packageOf('@scope/name/deep/file')).toBe('@scope/name')
  for (const none of [
    './x',
    '../x',
    '/etc/passwd',
    '@scope',
    'node:fs',
    'file:///x',
    'data:text/javascript,1',
    'http://x/y',
    '#a',
  ])
    expect(packageOf(none), none).toBeUndefined()
})
