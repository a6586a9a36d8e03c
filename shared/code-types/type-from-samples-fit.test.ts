import * as fc from 'fast-check'
import ts from 'typescript-6'
import { expect, test } from 'vitest'
import type { Json } from '#shared/json.ts'
import { codeCompilerOptions } from './compiler-options.ts'
import { typeFromSamples } from './type-from-samples.ts'

/** What TypeScript says about one file, without any library but its own. */
function problemsOf(text: string): string[] {
  const { options } = ts.convertCompilerOptionsFromJson({ ...codeCompilerOptions, noImplicitAny: true }, '/')
  const host = ts.createCompilerHost(options)
  const getSourceFile = host.getSourceFile.bind(host)
  const program = ts.createProgram(['/all.ts'], options, {
    ...host,
    getSourceFile: (name, target) => (name === '/all.ts' ? ts.createSourceFile(name, text, target) : getSourceFile(name, target)),
    fileExists: (name) => name === '/all.ts' || host.fileExists(name),
  })
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

/** JSON as an expression: a field called `__proto__` is a field. */
function expressionOf(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(expressionOf).join(', ')}]`
  const members = Object.entries(value).map(([key, member]) => `[${JSON.stringify(key)}]: ${expressionOf(member)}`)
  return `{ ${members.join(', ')} }`
}

const keys = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'c',
    'name',
    '__proto__',
    'constructor',
    'toString',
    'class',
    '0',
    '-1',
    '',
    '*/',
    '"',
    '\n',
    '`${',
    '\ud800',
    '\u2028',
  ),
  fc.string({ unit: 'grapheme' }),
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(keys, tie('json'), { maxKeys: 5, noNullPrototype: true }),
  ),
}))

test('every sample fits the type that is made from samples it is among, whatever is in them', () => {
  const sets = fc.sample(fc.array(json, { minLength: 1, maxLength: 4 }), { numRuns: 400, seed: 7 })
  const text = sets.map((samples, index) => {
    const values = samples.map((sample, at) => `export const v${index}_${at}: T${index} = ${expressionOf(sample)}\n`)
    return `export type T${index} = ${typeFromSamples(samples)}\n${values.join('')}`
  })
  expect(problemsOf(text.join(''))).toEqual([])
})

test('what lies beyond the bounds fits too', () => {
  let deep: Json = { end: true }
  for (let level = 0; level < 40; level++) deep = level % 2 === 0 ? { in: deep, level } : [deep, level]
  const wide: Json = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`f${index}`, index % 3 === 0 ? index : { index }]),
  )
  const wider: Json = {
    first: wide,
    lists: Array.from({ length: 30 }, (_, index) => ({ [`only${index}`]: { [`in${index}`]: wide } })),
  }
  const text = [deep, wide, wider].map((sample, index) => {
    return `type T${index} = ${typeFromSamples([sample])}\nexport const v${index}: T${index} = ${expressionOf(sample)}\n`
  })
  expect(problemsOf(text.join(''))).toEqual([])
})
