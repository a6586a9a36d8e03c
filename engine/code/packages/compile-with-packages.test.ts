import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodePackage } from '../../ports.ts'
import { checkCode, compileCode, findCodeProblems } from '../compile-code.ts'
import { madePackage } from '../testing/made-package.ts'
import { createTestSandbox } from '../testing/test-sandbox.ts'
import { mostBundleBytes } from './bundle-with-packages.ts'

const sandbox = createTestSandbox()
let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-bundle-'))
})
afterAll(async () => {
  await sandbox.stop()
  await rm(root, { recursive: true, force: true })
})

const made = (name: string, files: { [path: string]: string }, manifest: object = {}) => madePackage(root, name, files, manifest)

const step = (imports: string, result: string) => `${imports}\nexport default async () => ${result}`

async function run(code: string, ...packages: CodePackage[]): Promise<unknown> {
  return sandbox.run(code, { packages })
}

describe('what packages give is there in the step', () => {
  test('named, default, everything, by a path in the package, asked for while running', async () => {
    const kit = await made(
      'kit',
      {
        'index.js': 'export const one = 1; export default { two: 2 }; export const unused = "never in the bundle"',
        'deep/three.js': 'export const three = 3',
        'data.json': '{"four":4}',
      },
      { type: 'module', sideEffects: false },
    )
    expect(await run(step('import kit, { one } from "kit"; import * as all from "kit"', '[one, kit.two, all.one]'), kit)).toEqual(
      [1, 2, 1],
    )
    expect(
      await run(step('import { three } from "kit/deep/three.js"; import data from "kit/data.json"', '[three, data.four]'), kit),
    ).toEqual([3, 4])
    expect(await run(step('', '(await import("kit")).one'), kit)).toBe(1)
    const { code } = await compileCode(step('import { one } from "kit"', 'one'), [kit])
    expect(code).not.toContain('never in the bundle')
  })

  test('old ones and their dependencies, a name of Node’s that is a package, and the build for browsers', async () => {
    const old = await made(
      'old',
      {
        'index.js': 'leaks = 1; module.exports = { sum: require("adder"), on: require("events").on, where: require("./where") }',
        'where.js': 'module.exports = "node"',
        'where-browser.js': 'module.exports = "browser"',
        '../adder/package.json': '{"name":"adder","main":"lib/add"}',
        '../adder/lib/add.js': 'module.exports = (a, b) => a + b; require("fs")',
        '../events/package.json': '{"name":"events"}',
        '../events/index.js': 'exports.on = "events of a package"',
      },
      { browser: { './where.js': './where-browser.js' } },
    )
    await writeFile(
      join(old.folder, 'node_modules/adder/package.json'),
      '{"name":"adder","main":"lib/add","browser":{"fs":false}}',
    )
    expect(await run(step('import old from "old"', '[old.sum(1, 2), old.on, old.where]'), old)).toEqual([
      3,
      'events of a package',
      'browser',
    ])
  })

  test('a scoped one, through its exports, in the build for workers', async () => {
    const scoped = await made(
      '@scope/kit',
      { 'worker.js': 'export default "worker"', 'page.js': 'export default document.title', 'node.js': 'export default "node"' },
      {
        type: 'module',
        exports: { './sub': { node: './node.js', worker: './worker.js', browser: './page.js', default: './node.js' } },
      },
    )
    expect(await run(step('import where from "@scope/kit/sub"', 'where'), scoped)).toBe('worker')
  })

  test('types alone leave nothing behind, even of packages that aren’t there', async () => {
    const code = step('import type { A } from "nowhere"; import { type B } from "nowhere"', '(1 as A | B)')
    expect(await findCodeProblems(code)).toEqual([])
  })

  test('what a package calls `step` doesn’t make a step a durable one', async () => {
    const stepping = await made('stepping', { 'index.js': 'export const go = ({ step }) => step' }, { type: 'module' })
    expect(await compileCode(step('import { go } from "stepping"', 'go({})'), [stepping])).not.toHaveProperty('usesStep')
    expect(await compileCode('import { go } from "stepping"\nexport default ({ step }) => go(step)', [stepping])).toHaveProperty(
      'usesStep',
      true,
    )
  })
})

describe('what can’t be imported is said where it is', () => {
  const line3 = (specifier: string) => `// one\n\n  import a from ${JSON.stringify(specifier)}\nexport default () => a`

  test('a package that isn’t in the workspace, with its name', async () => {
    const missing = {
      line: 3,
      column: 3,
      code: 'package_missing',
      package: 'lodash-es',
      message: expect.stringContaining('Settings → Packages'),
    }
    expect(await findCodeProblems(line3('lodash-es/chunk.js'))).toEqual([missing])
    expect(checkCode(line3('lodash-es'))).toEqual([missing])
  })

  test('one that is still being installed', async () => {
    const late: CodePackage = { name: 'late', version: '1.0.0', hash: 'installing', unusable: 'is still being installed' }
    expect(await findCodeProblems(line3('late'), [late])).toEqual([
      { line: 3, column: 3, code: 'package_unusable', package: 'late', message: 'Package "late" is still being installed' },
    ])
  })

  test.each([
    ...[
      '/etc/passwd',
      '../x',
      './x.ts',
      '..',
      '.',
      'file:///etc/passwd',
      'data:text/javascript,export default 1',
      '#internal',
      '',
    ],
    ...[
      'http://evil.test/x.js',
      'https://evil.test/x.js',
      'kit:x',
      '@scope',
      'C:\\x',
      '\\x',
      'node_modules/x',
      '%2e%2e/x',
      'a\0b',
    ],
  ])('%j is no package', async (specifier) => {
    expect(await findCodeProblems(line3(specifier))).toEqual([
      { line: 3, column: 3, message: expect.stringContaining("can't be imported: code steps import packages by name") },
    ])
  })

  test.each(['node:fs', 'fs', 'fs/promises', 'node:test', 'child_process', 'process'])('%s is Node’s', async (specifier) => {
    expect(await findCodeProblems(line3(specifier))).toEqual([
      { line: 3, column: 3, message: expect.stringContaining("code steps don't have what is built into Node") },
    ])
  })

  test('what of Node’s is there under another name is said', async () => {
    expect(await findCodeProblems(line3('crypto'))).toMatchObject([
      { message: expect.stringContaining('crypto is there without an import') },
    ])
  })

  test('import() of what is worked out while running', async () => {
    expect(await findCodeProblems('export default async (c) => {\n  await import(c.input.name)\n}')).toEqual([
      { line: 2, column: 9, message: expect.stringContaining('written out') },
    ])
  })
})

describe('packages that can’t work here', () => {
  test('name the part of Node they need as soon as they are loaded, and who needs it', async () => {
    const native = await made('native', {
      'index.js': 'const fs = require("fs"); module.exports = [fs, require("node:path"), require("inner")]',
      '../inner/package.json': '{"name":"inner"}',
      '../inner/index.js': 'import { spawn } from "child_process"; export const run = () => spawn("ls"); export default 1',
    })
    expect(await findCodeProblems(`\n${step('import native from "native"', 'native')}`, [native])).toEqual([
      {
        ...{ line: 2, column: 1, code: 'package_unusable', package: 'native' },
        message: `Package "native" needs node:fs, node:path and node:child_process (in native and inner), which code steps don't have`,
      },
    ])
  })

  test('work when they only might need it, and say so when they do', async () => {
    const careful = await made('careful', {
      'index.js':
        'try { exports.fs = require("fs") } catch {} exports.read = () => require("fs").read; exports.os = typeof process === "object" && require("os")',
    })
    expect(await run(step('import careful from "careful"', '[careful.fs ?? "none", careful.os]'), careful)).toEqual([
      'none',
      false,
    ])
    expect(await sandbox.failure(step('import careful from "careful"', 'careful.read()'), { packages: [careful] })).toMatchObject(
      {
        code: 'code_error',
        message: `Package "careful" needs node:fs, which code steps don't have`,
      },
    )
  })

  test('say that they are compiled for machines', async () => {
    const binary = await made('binary', { 'index.js': 'module.exports = require("./build/fast.node")', 'build/fast.node': '\0' })
    const [problem] = await findCodeProblems(step('import binary from "binary"', 'binary'), [binary])
    expect(problem).toMatchObject({ line: 1, column: 1, package: 'binary', message: expect.stringContaining('(.node)') })
  })

  test('say what wasn’t installed with them, or isn’t in them', async () => {
    const peer = await made('peer', { 'index.js': 'import "react"; export default 1' })
    const [absent] = await findCodeProblems(step('import peer from "peer"', 'peer'), [peer])
    expect(absent).toMatchObject({
      code: 'package_unusable',
      package: 'peer',
      message: 'Package "peer" needs "react", which isn\'t installed with it',
    })
    const [nothing] = await findCodeProblems(step('import peer from "peer/nothing.js"', 'peer'), [peer])
    expect(nothing).toMatchObject({ package: 'peer', message: 'Package "peer" has nothing to import at "peer/nothing.js"' })
  })

  test('may not be larger than a bundle can be', async () => {
    const large = await made('large', { 'index.js': `module.exports = ${JSON.stringify('x'.repeat(mostBundleBytes))}` })
    const [problem] = await findCodeProblems(step('import large from "large"', 'large.length'), [large])
    expect(problem).toMatchObject({ code: 'too_large', line: 1, message: expect.stringContaining('5 MiB is the most') })
  })
})

describe('a hostile package reads nothing outside of its folder', () => {
  test('not by a map of its sources, and what it says in texts stays as it is', async () => {
    const outside = join(root, 'outside.map')
    await writeFile(
      outside,
      JSON.stringify({
        version: 3,
        sources: ['a name from outside'],
        sourcesContent: ['text from outside'],
        names: [],
        mappings: 'AAAA',
      }),
    )
    const mapped = await made(
      'mapped',
      { 'index.js': `export const says = "//# sourceMappingURL=x"\n//# sourceMappingURL=../../../outside.map\n` },
      { type: 'module' },
    )
    const code = step('import { says } from "mapped"', 'says')
    expect(JSON.stringify(await compileCode(code, [mapped]))).not.toContain('from outside')
    expect(await run(code, mapped)).toBe('//# sourceMappingURL=x')
  })

  const secret = 'export default "a file of this machine"'

  test.each([
    ['its main', {}, { main: '../../../secret.js' }],
    ['its exports', {}, { exports: { '.': '../../../secret.js' } }],
    ['exports that climb', {}, { exports: { '.': './../../../secret.js' } }],
    ['its browser field', {}, { main: './a.js', browser: { './a.js': '../../../secret.js' } }],
    ['a relative import', { 'index.js': 'export { default } from "../../../secret.js"' }, {}],
    ['an import from the root', { 'index.js': 'export { default } from "/etc/hostname"' }, {}],
    ['a require from the root', { 'index.js': 'module.exports = require("/etc/hostname")' }, {}],
    ['an address of a file', { 'index.js': 'export { default } from "file:///etc/hostname"' }, {}],
    ['an address in the web', { 'index.js': 'export { default } from "https://evil.test/x.js"' }, {}],
    ['code in an address', { 'index.js': 'export { default } from "data:text/javascript,export default 1"' }, {}],
    ['its own imports', { 'index.js': 'export { default } from "#x"' }, { imports: { '#x': '../../../secret.js' } }],
    [
      'settings for the compiler',
      {
        'index.js': 'export { default } from "x"',
        'tsconfig.json': '{"compilerOptions":{"baseUrl":"../../..","paths":{"x":["secret.js"]}}}',
      },
      {},
    ],
  ])('by %s', async (_, files, manifest) => {
    await writeFile(join(root, 'secret.js'), secret)
    const hostile = await made('hostile', files, manifest)
    const problems = await findCodeProblems(step('import hostile from "hostile"', 'hostile'), [hostile])
    expect(problems).toEqual([expect.objectContaining({ line: 1, column: 1, code: 'package_unusable' })])
    expect(JSON.stringify(problems)).not.toContain('a file of this machine')
  })

  test('by a link', async () => {
    await writeFile(join(root, 'secret.js'), secret)
    const hostile = await made('hostile', { 'a.js': '' }, { main: './link.js' })
    await symlink(join(root, 'secret.js'), join(hostile.folder, 'node_modules/hostile/link.js'))
    const [problem] = await findCodeProblems(step('import hostile from "hostile"', 'hostile'), [hostile])
    expect(problem?.message).toBe('A package names a file that is outside of it')
  })

  describe('by a path that is put together', () => {
    const asks = (file: string, path: string) => made('hostile', { [file]: path }, { main: file })

    test.each([
      ['require("./../../../" + name)'],
      ['require(`./../../../${name}`)'],
      ['require("./../" + "../../" + name)'],
      ['require("./" + ("../../../" + name))'],
      ['require("./" + `../../../${name}`)'],
      ['require(`${"./"}../../../${name}`)'],
      ['require("./" + (0, "../../../") + name)'],
      ['require(name ? "./../../../" + name : "./../../../" + name)'],
      ['req\\u0075ire("./../../../" + name)'],
      ['require /* ( */ ("./../../../" + name)'],
      ['[require("./index.js"), require("./../../../" + name)][1]'],
      ['require("\\x2e/../../../" + name)'],
    ])('%s fails when code comes by, and looks nothing up', async (asking) => {
      await writeFile(join(root, 'secret.js'), secret)
      const hostile = await asks('index.js', `/* require("*/ module.exports = (name) => ${asking} /*")*/`)
      const code = step('import ask from "hostile"', 'ask("secret.js")')
      expect((await compileCode(code, [hostile])).code).not.toContain('a file of this machine')
      expect((await sandbox.failure(code, { packages: [hostile] })).message).toContain('Dynamic require')
    })

    test.each([
      ['index.mjs', 'export default async (name) => import("./../../../" + name)'],
      ['index.mjs', 'export default async (name) => import/* a */(`./../../../${name}`)'],
      ['index.mjs', 'export default async (name) => import(await name ? "./../../../" + await name : "./" + "../../../" + name)'],
      ['index.ts', 'enum Up { up = "./../../../" }\nexport default async (name: string) => import(Up.up + name)'],
      ['index.js', '@((c) => c) class A {}\nexport default async (name) => import("./../../../" + name)'],
      ['index.mjs', 'export default async (name, how) => [import("./../../../" + name, how), (@((c) => c) class {})][0]'],
      ['index.mjs', 'export default async (name) => { using a = null; return import("./../../../" + name) }'],
      ['index.jsx', 'export default async (name) => import("./../../../" + name)'],
    ])('in %s: %s', async (file, text) => {
      await writeFile(join(root, 'secret.js'), secret)
      const hostile = await asks(file, text)
      const code = step('import ask from "hostile"', 'ask("secret.js")')
      expect((await compileCode(code, [hostile])).code).not.toContain('a file of this machine')
      expect(await sandbox.failure(code, { packages: [hostile] })).toMatchObject({ code: 'code_error' })
    })

    test('in the text of the step itself is refused', async () => {
      const kit = await made('kit', { 'index.js': 'module.exports = 1' })
      for (const asking of ['require("./../" + kit)', 'require(`../${kit}`)', 'require(kit ? "./" + kit : "")'])
        expect(await findCodeProblems(`import kit from "kit"\nexport default () =>\n  ${asking}`, [kit])).toEqual([
          { line: 3, column: asking.includes('?') ? 17 : 11, message: expect.stringContaining('import packages by name') },
        ])
    })

    test('is found in its own folder', async () => {
      const languages = await made('languages', {
        'lib/index.js': 'exports.of = (name) => [require("./in/" + name + ".js"), require(`../words/${name}.js`)]',
        'lib/in/fr.js': 'module.exports = "français"',
        'words/fr.js': 'module.exports = "mots"',
        'index.js': 'module.exports = require("./lib")',
      })
      expect(await run(step('import { of } from "languages"', 'of("fr")'), languages)).toEqual(['français', 'mots'])
    })
  })

  test('and not by the name of another workspace’s package beside it', async () => {
    const mine = await made('mine', { 'index.js': 'export { default } from "theirs"' })
    await made('theirs', { 'index.js': secret })
    const [problem] = await findCodeProblems(step('import mine from "mine"', 'mine'), [mine])
    expect(problem?.message).toContain('"theirs", which isn\'t installed with it')
  })
})

describe('errors', () => {
  test('inside a package are shown with its name, and at the line that led there', async () => {
    const thrower = await made(
      'thrower',
      { 'lib/throw.js': 'export function complain() {\n  throw new RangeError("too much")\n}' },
      { main: 'lib/throw.js' },
    )
    const error = await sandbox.failure(
      'import { complain } from "thrower"\n\nexport default function run() {\n  const list: number[] = []\n  complain()\n}',
      {
        packages: [thrower],
      },
    )
    expect(error).toMatchObject({ code: 'code_error', message: 'RangeError: too much', facts: { line: 5, column: 3 } })
    expect(error.facts.userStack).toMatch(
      /^RangeError: too much\n\s+at complain \(thrower\/lib\/throw\.js\)\n\s+at .*step\.ts:5:3/,
    )
  })

  test('in the step itself are at its own lines, packages or not', async () => {
    const kit = await made('kit', { 'index.js': 'export const text = "ü".repeat(3)' })
    const error = await sandbox.failure(
      'import { text } from "kit"\nexport default () => {\n  const é: string = text\n  null!.x\n}',
      { packages: [kit] },
    )
    expect(error.facts).toMatchObject({ line: 4, column: expect.any(Number) })
    expect(error.facts.userStack).toContain('step.ts:4:')
  })

  test('while a package is loaded fail the step', async () => {
    const broken = await made('broken', { 'index.js': 'throw new Error("not today")' })
    const error = await sandbox.failure(step('import "broken"', '1'), { packages: [broken] })
    expect(error).toMatchObject({ code: 'code_error', message: 'not today' })
  })
})

test('the same text with the same packages is the same bundle, with another version another', async () => {
  const code = step('import { text } from "kit"', 'text')
  const one = await made('kit', { 'index.js': 'export const text = "one"' })
  const two = await made('kit', { 'index.js': 'export const text = "two"' })
  expect(await compileCode(code, [one])).toEqual(await compileCode(code, [one]))
  expect((await compileCode(code, [two])).hash).not.toBe((await compileCode(code, [one])).hash)
  expect(await run(code, two)).toBe('two')
})

test('sloppy code of a package sees nothing of who called it', async () => {
  const nosy = await made('nosy', { 'index.js': 'module.exports = function who() { return [typeof who.caller, typeof this] }' })
  expect(await run('import who from "nosy"\nexport default who', nosy)).toEqual(['object', 'object'])
  expect(await run('import who from "nosy"\nexport default () => who.call("x")[0]', nosy)).toBe('function')
})
