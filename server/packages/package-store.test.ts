import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findInRegistry } from './find-in-registry.ts'
import { npmEnvironment } from './npm-environment.ts'
import { createPackageStore, type PackageStore } from './package-store.ts'
import { startFakeRegistry, type FakeRegistry } from './testing/fake-registry.ts'

let registry: FakeRegistry
let root: string
let store: PackageStore

beforeAll(async () => {
  registry = await startFakeRegistry()
  process.env['npm_config_registry'] = registry.url
})
afterAll(async () => {
  delete process.env['npm_config_registry']
  await registry.stop()
})
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  store = createPackageStore(root)
})
afterEach(async () => {
  store.stop()
  await rm(root, { recursive: true, force: true })
})

const quiet = () => undefined
const kept = async () => (await readdir(root)).filter((name) => !name.startsWith('.'))

test('a package is there whole, with what it depends on and a lock to install it again by', async () => {
  registry.publish({ name: 'leaf', version: '1.0.0' }, [{ path: 'package/index.js', text: 'module.exports = 1' }])
  registry.publish({ name: '@scope/tree', version: '2.0.0', types: 'x.d.ts', dependencies: { leaf: '^1.0.0' } })
  const lines: string[] = []
  const installed = await store.add('@scope/tree', '2.0.0', (line) => lines.push(line))
  expect(installed).toMatchObject({ integrity: expect.stringMatching(/^sha512-/), files: expect.any(Number) })
  expect(await kept()).toEqual([expect.stringMatching(/^@scope\+tree@2\.0\.0-[0-9a-f]{24}$/)])
  expect(lines.join('\n')).toContain('GET 200')

  const stored = { name: '@scope/tree', version: '2.0.0', lock: installed.lock }
  const folder = await store.folderOf(stored)
  expect(await readFile(join(folder, 'node_modules/leaf/index.js'), 'utf8')).toBe('module.exports = 1')

  // Another server, with a disk of its own, and a newer leaf in the registry by now.
  registry.publish({ name: 'leaf', version: '1.1.0' }, [{ path: 'package/index.js', text: 'module.exports = "newer"' }])
  const elsewhere = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
  const other = createPackageStore(elsewhere)
  const folders = await Promise.all([other.folderOf(stored), other.folderOf(stored)])
  expect(folders[0]).toBe(folders[1])
  expect(await readFile(join(folders[0], 'node_modules/leaf/index.js'), 'utf8')).toBe('module.exports = 1')
  await rm(elsewhere, { recursive: true })
})

test('what a killed process left behind is in nobody’s way, and goes once it is old', async () => {
  registry.publish({ name: 'plain', version: '1.0.0', types: 'x' })
  const [old, fresh] = [join(root, 'making-old'), join(root, 'making-fresh')]
  for (const folder of [old, fresh]) await mkdir(folder)
  await utimes(old, 1, 1)
  await store.add('plain', '1.0.0', quiet)
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true])
})

test('no script of any package runs, and npm is told nothing of the server', async () => {
  const proof = join(root, 'ran')
  const script = `node -e "require('fs').writeFileSync('${proof}', '')"`
  registry.publish({
    name: 'eager',
    version: '1.0.0',
    types: 'x',
    scripts: { preinstall: script, install: script, postinstall: script, prepare: script },
  })
  await store.add('eager', '1.0.0', quiet)
  expect(existsSync(proof)).toBe(false)

  const told = npmEnvironment({
    ...{
      PATH: '/bin',
      HOME: '/root',
      https_proxy: 'http://proxy',
      npm_config_registry: 'https://r',
      'npm_config_//r/:_authToken': 't',
    },
    ...{
      'npm_config_@scope:registry': 'https://s',
      HOLDFAST_SECRET_KEY: 'no',
      DATABASE_URL: 'no',
      npm_config_ignore_scripts: 'false',
    },
    ...{
      npm_config_local_prefix: '/work',
      npm_config_prefix: '/x',
      npm_config_script_shell: '/x',
      NODE_OPTIONS: '--require /x',
      npm_config_git: '/x',
    },
  })
  expect(Object.keys(told).toSorted()).toEqual([
    ...['HOME', 'PATH', 'https_proxy', 'npm_config_//r/:_authToken', 'npm_config_@scope:registry', 'npm_config_registry'],
  ])
})

describe('nothing stays of a file in a package that', () => {
  test.each([
    ['climbs out of its folder', 'climber', { path: 'package/../../../climbed.js', text: '' }],
    ['is a link', 'linker', { path: 'package/link', linkTo: '/etc/passwd' }],
  ])('%s', async (_, name, entry) => {
    registry.publish({ name, version: '1.0.0', types: 'x' }, [entry])
    const { lock } = await store.add(name, '1.0.0', quiet)
    const folder = await store.folderOf({ name, version: '1.0.0', lock })
    expect(await readdir(join(folder, 'node_modules', name))).toEqual(['package.json'])
    expect(existsSync(join(root, 'climbed.js'))).toBe(false)
    expect(existsSync(join(root, '../climbed.js'))).toBe(false)
  })
})

describe('nothing stays of a package that', () => {
  const file = { path: 'package/a.js', text: '' }

  test.each([
    ['isn’t what the registry promised', { name: 'forged', version: '1.0.0' }, `sha512-${'A'.repeat(86)}==`, /EINTEGRITY/],
    [
      'needs something from a folder',
      { name: 'folder', version: '1.0.0', dependencies: { x: 'file:../../../../../etc' } },
      undefined,
      /npm|registry/,
    ],
    [
      'needs something from an address',
      { name: 'address', version: '1.0.0', dependencies: { x: 'http://127.0.0.1:1/x.tgz' } },
      undefined,
      /npm|registry/,
    ],
    [
      'needs something from git',
      { name: 'fromgit', version: '1.0.0', dependencies: { x: 'git+ssh://git@127.0.0.1:1/x.git' } },
      undefined,
      /npm|registry/,
    ],
    [
      'needs what isn’t there',
      { name: 'lonely', version: '1.0.0', dependencies: { 'is-not-there': '1.0.0' } },
      undefined,
      /E404/,
    ],
  ])('%s', async (_, manifest, promised, message) => {
    registry.publish({ ...manifest, types: 'x' }, [file], promised)
    await expect(store.add(manifest.name, '1.0.0', quiet)).rejects.toThrow(message)
    expect(await kept()).toEqual([])
  })

  test('is too large', async () => {
    const files = Array.from({ length: 20_001 }, (_, i) => ({ path: `package/f${i}.js`, text: '' }))
    registry.publish({ name: 'large', version: '1.0.0', types: 'x' }, files)
    await expect(store.add('large', '1.0.0', quiet)).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('20,000 files'),
    })
    expect(await kept()).toEqual([])
  })
})

test('a lock that was tampered with installs nothing', async () => {
  registry.publish({ name: 'kit', version: '1.0.0', types: 'x' })
  const { lock } = await store.add('kit', '1.0.0', quiet)
  await rm(root, { recursive: true })
  await mkdir(root)
  const other = lock.replace(/sha512-[^"]+/, `sha512-${'A'.repeat(86)}==`)
  await expect(store.folderOf({ name: 'kit', version: '1.0.0', lock: other })).rejects.toThrow('EINTEGRITY')
  expect(await kept()).toEqual([])
})

describe('the registry', () => {
  test('says the newest version, the one a tag names, or nothing', async () => {
    registry.publish({ name: 'told', version: '1.0.0', description: 'It tells', license: 'MIT' })
    registry.publish({ name: 'told', version: '1.1.0', description: 'It tells more', license: 'MIT' })
    const desk = await store.desk()
    expect(await findInRegistry(desk, 'told')).toEqual({
      name: 'told',
      version: '1.1.0',
      description: 'It tells more',
      license: 'MIT',
    })
    expect(await findInRegistry(desk, 'told', '1.0.0')).toMatchObject({ version: '1.0.0', description: 'It tells' })
    expect(await findInRegistry(desk, 'told', '9.9.9')).toBeUndefined()
    expect(await findInRegistry(desk, 'told', 'next')).toBeUndefined()
    expect(await findInRegistry(desk, 'told', 'constructor')).toBeUndefined()
    expect(await findInRegistry(desk, 'nobody-published-this')).toBeUndefined()
  })

  test('that can’t be reached is named as the reason', async () => {
    process.env['npm_config_registry'] = 'http://127.0.0.1:1/'
    try {
      await expect(findInRegistry(await store.desk(), 'zod')).rejects.toMatchObject({
        code: 'registry_unavailable',
        message: expect.stringContaining('can’t be reached from this server (ECONNREFUSED)'),
      })
    } finally {
      process.env['npm_config_registry'] = registry.url
    }
  })
})
