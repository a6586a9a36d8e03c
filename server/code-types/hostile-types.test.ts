import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { createTypeChecker, type Question, type TypeChecker } from './type-checker.ts'

// One file takes milliseconds; what isn't done after this long never is.
const checker = createTypeChecker({ log: createLog('silent'), patienceMs: 15_000 })
afterAll(() => checker.stop())

const harmless = { path: 'steps/good.ts', text: 'export default (): number => "a"\n' }

async function ask(of: TypeChecker, question: Omit<Question, 'workspaceId'>) {
  const answer = await of.check({ workspaceId: 'ws_a', ...question })
  if (answer.unanswered !== undefined) throw new Error(answer.unanswered)
  return answer
}

/** What is found in a text, and in a harmless one that is looked at after it. */
async function lookAt(text: string, more: { path: string; text: string }[] = []) {
  const path = 'steps/evil.ts'
  const { problems, lost } = await ask(checker, {
    key: 'flow_evil',
    files: [{ path, text }, harmless, ...more],
    checked: [path, harmless.path],
  })
  return {
    found: problems.filter((problem) => problem.path === path),
    after: problems.filter((problem) => problem.path === harmless.path).map(({ code }) => code),
    lost,
  }
}

test('no text makes it read a file of the machine', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-hostile-'))
  try {
    const file = join(folder, 'secret.d.ts')
    writeFileSync(file, 'declare const leaked: 1\nexport const out: 1\nexport {}\ndeclare global { const leakedToo: 2 }')
    const upwards = `${'../'.repeat(30)}${file.slice(1)}`
    // Each would be without a problem if what it asks for was found, and is used as what it is not.
    const texts = [
      `/// <reference path="${file}" />\nexport default leakedToo`,
      `/// <reference path="${upwards}" />\nexport default leakedToo`,
      '/// <reference types="node" />\nexport default process.env',
      '/// <reference lib="dom" />\nexport default document.title',
      `import { out } from '${file}'\nexport default out`,
      `import { out } from '${upwards}'\nexport default out`,
      `import type { out } from 'file://${file}'\nexport default null as unknown as typeof out`,
      `export default null as unknown as typeof import('${file}').out`,
      `export * from '${file.replace('.d.ts', '')}'\nimport { out } from '${file.replace('.d.ts', '')}'\nexport default out`,
      'import data from "/etc/passwd" with { type: "json" }\nexport default data',
      'import ts from "typescript-6"\nexport default ts.version',
      'import fs from "node:fs"\nexport default fs.readFileSync("/etc/passwd")',
      `import type { Deps } from '../../server/deps.ts'\nexport default {} as Deps`,
    ]
    for (const text of texts) {
      const { found, lost, after } = await lookAt(text)
      expect(lost).toEqual([])
      expect(after).toEqual([2322])
      // Not found: a name, a module, or Node's own.
      expect(
        found.map(({ code }) => code).some((code) => [2304, 2307, 2580, 2584, 2591].includes(code)),
        text,
      ).toBe(true)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('types that never end are given up, and what stands beside them is looked at all the same', async () => {
  const { lost, after } = await lookAt(`
type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Grow<T extends string[], N extends number = 900> = T['length'] extends N ? T : Grow<[...T, Digit], N>
type Fib<N extends number, A extends 0[] = [0], B extends 0[] = [0], I extends 0[] = [0]> =
  I['length'] extends N ? A : Fib<N, [...A, ...B], A, [...I, 0]>
type All = { [K in keyof Grow<[]>]: Fib<19>['length'] }
type Perm<T extends string, K = T> = [T] extends [never] ? [] : K extends T ? [K, ...Perm<Exclude<T, K>>] : never
export const x: Perm<'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j'> = [] as unknown as All
export default x
`)
  expect(after).toEqual([2322])
  expect(lost.every((path) => path === 'steps/evil.ts')).toBe(true)
})

test('endless recursion, huge unions and deep nesting end in a problem or in nothing', async () => {
  const deep = `${'{ a: '.repeat(2_000)}1${' }'.repeat(2_000)}`
  const texts = [
    'type Loop<T> = { next: Loop<[T]> }\ndeclare const l: Loop<1>\nexport default l.next.next.next.next',
    'type Endless<T> = T extends string ? Endless<`${T}x`> : never\nexport default null as unknown as Endless<"a">',
    "type D = '0'|'1'|'2'|'3'|'4'|'5'|'6'|'7'|'8'|'9'\nexport default null as unknown as `${D}${D}${D}${D}${D}${D}${D}`",
    'type A = B\ntype B = A\nexport default null as unknown as A',
    'export default (): any => { const f = (): ReturnType<typeof f> => f(); return f() }',
    `export default ${deep}`,
    `export default ${'['.repeat(3_000)}${']'.repeat(3_000)}`,
    `export default ${'(a: any) => '.repeat(1_500)}1`,
    `export default 1${' + 1'.repeat(10_000)}`,
    `export type U = ${Array.from({ length: 20_000 }, (_, index) => `'k${index}'`).join(' | ')}\nexport default {} as { [K in U]: K }`,
  ]
  for (const text of texts) {
    const { after, lost } = await lookAt(text)
    expect(after, text.slice(0, 80)).toEqual([2322])
    expect(lost.every((path) => path === 'steps/evil.ts')).toBe(true)
  }
})

test('what a text declares for all of the world stays in its flow', async () => {
  const tricks = `declare global {
  interface Array<T> { evil: T }
  interface CodeContext { evil: number }
}
declare module '../steps/good.ts' { interface Context { evil: number } }
export default [1].evil`
  expect((await lookAt(tricks)).found).toEqual([])
  const other = await ask(checker, {
    key: 'flow_other',
    files: [{ path: 'steps/evil.ts', text: 'export default [1].evil' }],
    checked: ['steps/evil.ts'],
  })
  expect(other.problems.map(({ code }) => code)).toEqual([2339])
})

test('a process that was killed is started again with the next question', async () => {
  const one = createTypeChecker({ log: createLog('silent') })
  try {
    const again = () => ask(one, { key: 'a', files: [harmless], checked: [harmless.path] })
    expect((await again()).problems.map(({ code }) => code)).toEqual([2322])
    await one.stop()
    expect((await again()).problems.map(({ code }) => code)).toEqual([2322])
  } finally {
    await one.stop()
  }
})
