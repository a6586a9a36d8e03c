import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeReferences } from './code-references.ts'
import { renameInCode } from './rename-node.ts'

const named = (code: string) => {
  const { steps, all } = codeReferences(code)
  return [...steps.map(({ id }) => id), ...(all ? ['*'] : [])]
}

describe('the steps that code names', () => {
  test.each<[code: string, ids: string[]]>([
    ['export default ({ trigger }) => trigger.body', []],
    ['export default async ({ steps }) => steps.price.total', ['price']],
    ['export default ({ steps }: Context) => steps?.price', ['price']],
    ['({ trigger, steps, log }: { steps: Steps }) => { log(steps.a, steps . b) }', ['a', 'b', '*']],
    ['(context) => context.steps[\'my_step\'] + context.steps?.["other"]', ['my_step', 'other']],
    ['(context) => context.steps![`plain`]', ['plain']],
    ['({ steps }) => steps[trigger.body.which]', ['*']],
    ['({ steps: { price, order: o, tax = 1 } }) => price + o', ['price', 'order', 'tax']],
    ['({ steps: { price: { total } } }) => total', ['price']],
    ['({ steps: { a, ...others } }) => others', ['a', '*']],
    ['({ steps: { [name]: x } }) => x', ['*']],
    ['({ steps: all }) => all.price', ['*']],
    ['({ steps }) => { const { a, b: c } = steps; return a }', ['a', 'b']],
    ['({ steps }) => { const all = steps; return all.a }', ['*']],
    ['({ steps }) => Object.keys(steps)', ['*']],
    ['(context) => { const { steps } = context; return steps.a }', ['a']],
    ['({ steps }) => helper({ steps })', ['*']],
    ['({ steps }) => ({ ...steps })', ['*']],
    ['// steps.commented\n/* steps.too */ export default 1', []],
    ['const text = \'steps.quoted\' + "steps.too" + `steps.three`', []],
    ['const text = `${steps.a} and ${ `${steps.b}` } steps.text`; steps.c', ['a', 'b', 'c']],
    ['const pattern = /[\'"`]/; steps.a', ['a']],
    ['const half = total / 2 / count; steps.a', ['a']],
    ["it's broken `steps.a\nsteps.b", ['a', 'b']],
    ['const footsteps = 1; footsteps.a; my.steps2.b', []],
    ['class A { steps = 1 }', ['*']],
  ])('%s', (code, ids) => expect(new Set(named(code))).toEqual(new Set(ids)))

  test('addresses of waits', () => {
    expect(codeReferences("run.resumeUrl('w')").waits).toEqual([{ id: 'w', start: 15, end: 16 }])
  })

  test('are found where they stand, and never end the search, in any text', () => {
    const pieces = fc.constantFrom(
      'steps',
      '.',
      'a',
      '[',
      ']',
      '"',
      "'",
      '`',
      '${',
      '}',
      '{',
      '/',
      '*',
      '\\',
      '\n',
      ' ',
      ':',
      ',',
      '=',
      '=>',
      '(',
      ')',
      '...',
      '?.',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const code = parts.join('')
        for (const { id, start, end } of codeReferences(code).steps) expect(code.slice(start, end)).toBe(id)
      }),
      { numRuns: 3000 },
    )
  })

  test('are found in a megabyte of the worst text in a moment', () => {
    for (const worst of ['/*', '"\\', "'", '`${', '`', '/[', '=/', '${', '{', 'steps ', 'steps:{', 'steps={', ']']) {
      const started = performance.now()
      codeReferences(`steps ${worst.repeat(1_000_000 / worst.length)}`)
      // A guard against work that grows with the square of the text: it would be at it for hours.
      expect(performance.now() - started).toBeLessThan(120_000)
    }
  })
})

describe('renaming a step in code', () => {
  test.each([
    ['({ steps }) => steps.a.a + steps["a"] + a', '({ steps }) => steps.b.a + steps["b"] + a'],
    ['({ steps: { a } }) => a.x', '({ steps: { b: a } }) => a.x'],
    ['({ steps: { a: first, c } }) => first', '({ steps: { b: first, c } }) => first'],
    ["// steps.a\nconst t = 'steps.a'; `${steps.a} steps.a`", "// steps.a\nconst t = 'steps.a'; `${steps.b} steps.a`"],
    ["run.resumeUrl('a')", "run.resumeUrl('b')"],
    ['steps.abc', 'steps.abc'],
  ])('%s', (before, after) => expect(renameInCode(before, 'a', 'b')).toBe(after))
})
