import { afterAll, describe, expect, test } from 'vitest'
import { checkCode, compileCode, findCodeProblems } from './compile-code.ts'
import { stopCompiler } from './compiler-process.ts'

afterAll(stopCompiler)

describe('problems name the line and column in the user’s own text', () => {
  test.each([
    ['a syntax error', 'export default () => {\n  const a = ;\n}', 2, 13, 'Unexpected ";"'],
    ['one after letters of several bytes', 'export default () => {\n  const ü = "é🙂", a = ;\n}', 2, 24, 'Unexpected ";"'],
    ['a missing default export', 'const a = 1', 1, 1, 'needs a default export'],
    ['an imported file', 'import { a } from "./a.ts"\nexport default () => a', 1, 1, './a.ts'],
    ['an export from elsewhere', 'export { default } from "/lodash"', 1, 1, 'lodash'],
    ['an import() in the code', 'export default async () => {\n   await import("fs")\n}', 2, 10, 'fs'],
    ['await outside of a function', 'const a: number =\n  await 1\nexport default () => a', 2, 3, 'await'],
    ['text that closes the wrapper', 'export default () => 1 })}); (() => {', 1, 24, 'Unexpected "}"'],
  ])('%s', async (_, code, line, column, message) => {
    expect(await findCodeProblems(code)).toContainEqual({ line, column, message: expect.stringContaining(message) })
  })

  test('and compiling throws the first of them', async () => {
    await expect(compileCode('export default () => {\n  const a = ;\n}')).rejects.toMatchObject({
      code: 'code_syntax',
      retryable: false,
      facts: { line: 2, column: 13 },
    })
  })
})

test.each([
  ['an arrow function', 'export default () => 1'],
  ['a function', 'export default async function step() {}'],
  ['a renamed export', 'const step = () => 1; export { step as default }'],
  [
    'types imported from elsewhere',
    'import type { A } from "a"; import { type B } from "b"; export default (a: A, b: B) => [a, b]',
  ],
  ['await inside', 'export default async () => { for await (const a of []) await a }'],
  ['nothing but comments and a step', '// }\n/* export */ export default () => `${"import x from \'y\'"}`'],
])('%s has no problems', async (_, code) => {
  expect(await findCodeProblems(code)).toEqual([])
})

test('the same text gives the same bundle, other text another', async () => {
  const one = await compileCode('export default () => 1')
  expect(await compileCode('export default () => 1')).toEqual(one)
  expect((await compileCode('export default () => 2')).hash).not.toBe(one.hash)
})

test('code that was looked at is checked at once, other code by a process of its own', async () => {
  const code = 'export default () => {\n  const late = ;\n}'
  const problem = { line: 2, column: 16, message: 'Unexpected ";"' }
  expect(checkCode(code)).toEqual([problem])
  expect(await findCodeProblems(code)).toEqual([problem])
  expect(checkCode('export default () => "never seen before"')).toEqual([])
})

test('text that brings the compiler down or keeps it busy hurts only itself', async () => {
  const [deep, crashing, slow, fine] = await Promise.all([
    findCodeProblems(`export default () => ${'['.repeat(500_000)}${']'.repeat(500_000)}`),
    findCodeProblems(`export default () => ${'!'.repeat(1_000_000)}1`),
    findCodeProblems(`export default ${'a=>'.repeat(30_000)}1`),
    findCodeProblems('export default () => "fine"'),
  ])
  const tooDeep = [{ line: 1, column: 1, message: expect.stringContaining('nested too deeply') }]
  expect([deep, crashing, slow, fine]).toEqual([tooDeep, tooDeep, tooDeep, []])
})

test('a workspace with much to compile doesn’t hold up another', async () => {
  const done: string[] = []
  const much = Array.from({ length: 20 }, (_, i) =>
    findCodeProblems(`export default () => "of a, ${i}"`, [], 'a').then(() => done.push('a')),
  )
  await findCodeProblems('export default () => "of b"', [], 'b').then(() => done.push('b'))
  expect(done).toEqual(['a', 'b'])
  await Promise.all(much)
})
