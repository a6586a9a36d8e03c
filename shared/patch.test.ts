import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonPatchOperation } from './api.ts'
import { isAppError } from './errors.ts'
import type { Json } from './json.ts'
import { applyPatch, invertPatch } from './patch.ts'

const before: Json = { list: [1, 2, 3], 'a/b': { '~': 1 }, keep: { deep: [{}] }, none: null }

describe('a patch', () => {
  test.each<[what: string, patch: JsonPatchOperation[], after: Json]>([
    ['adds a field', [{ op: 'add', path: '/x', value: 1 }], { ...before, x: 1 }],
    ['adds over a field', [{ op: 'add', path: '/none', value: 1 }], { ...before, none: 1 }],
    ['inserts into a list', [{ op: 'add', path: '/list/1', value: 9 }], { ...before, list: [1, 9, 2, 3] }],
    ['appends by position', [{ op: 'add', path: '/list/3', value: 9 }], { ...before, list: [1, 2, 3, 9] }],
    ['appends', [{ op: 'add', path: '/list/-', value: 9 }], { ...before, list: [1, 2, 3, 9] }],
    [
      'removes',
      [
        { op: 'remove', path: '/list/0' },
        { op: 'remove', path: '/none' },
      ],
      { list: [2, 3], 'a/b': { '~': 1 }, keep: { deep: [{}] } },
    ],
    ['replaces', [{ op: 'replace', path: '/list/2', value: [] }], { ...before, list: [1, 2, []] }],
    ['replaces null', [{ op: 'replace', path: '/none', value: 0 }], { ...before, none: 0 }],
    ['replaces the whole', [{ op: 'replace', path: '', value: 7 }], 7],
    ['reads escaped names', [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { ...before, 'a/b': { '~': 2 } }],
    ['moves within a list', [{ op: 'move', from: '/list/0', path: '/list/2' }], { ...before, list: [2, 3, 1] }],
    ['moves a part over what holds it', [{ op: 'move', from: '/keep/deep', path: '/keep' }], { ...before, keep: [{}] }],
    ['copies', [{ op: 'copy', from: '/list', path: '/keep/list' }], { ...before, keep: { deep: [{}], list: [1, 2, 3] } }],
    ['tests', [{ op: 'test', path: '/keep', value: { deep: [{}] } }], before],
  ])('%s, and its inverse takes it back', (_, patch, after) => {
    const copy = structuredClone(before)
    expect(applyPatch(before, patch)).toEqual(after)
    expect(before).toEqual(copy)
    expect(applyPatch(applyPatch(before, patch), invertPatch(before, patch))).toEqual(before)
  })

  test.each<[what: string, patch: JsonPatchOperation[]]>([
    ['nothing there to replace', [{ op: 'replace', path: '/gone', value: 1 }]],
    ['nothing there to remove', [{ op: 'remove', path: '/list/3' }]],
    ['a place behind the end', [{ op: 'add', path: '/list/4', value: 1 }]],
    ['a place that is no number', [{ op: 'add', path: '/list/01', value: 1 }]],
    ['a field of a number', [{ op: 'add', path: '/list/0/x', value: 1 }]],
    ['a holder that is missing', [{ op: 'add', path: '/gone/x', value: 1 }]],
    ['a test that fails', [{ op: 'test', path: '/list', value: [1, 2] }]],
    ['a thing moved into itself', [{ op: 'move', from: '/keep', path: '/keep/deep/0' }]],
    ['the whole document removed', [{ op: 'remove', path: '' }]],
    ['a path without a slash', [{ op: 'add', path: 'x', value: 1 }]],
    ['a bad escape', [{ op: 'add', path: '/~2', value: 1 }]],
    ['an inherited property', [{ op: 'remove', path: '/toString' }]],
    ['__proto__', [{ op: 'add', path: '/__proto__/polluted', value: true }]],
    ['__proto__ as the source', [{ op: 'copy', from: '/__proto__', path: '/x' }]],
  ])('is refused whole: %s', (_, patch) => {
    const fine: JsonPatchOperation = { op: 'add', path: '/fine', value: 1 }
    const attempt = () => applyPatch(before, [fine, ...patch])
    expect(attempt).toThrow(/^Change 2 \(/)
    expect(attempt).toThrow(expect.toSatisfy((error: unknown) => isAppError(error) && error.code === 'invalid_request'))
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('shares what it does not touch', () => {
    const after = applyPatch(before, [{ op: 'add', path: '/list/-', value: 4 }])
    expect((after as { keep: Json }).keep).toBe((before as { keep: Json }).keep)
  })

  test('then its inverse is identity, for any document and patch', () => {
    const keys = ['a', 'b', '0', '1', '~', '/']
    const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(null), fc.constantFrom('x', 'y')),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
      ),
    })).value
    const pointer = fc
      .array(fc.constantFrom(...keys, '2', '-'), { maxLength: 3 })
      .map((names) => names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
    const operation: fc.Arbitrary<JsonPatchOperation> = fc.oneof(
      fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), path: pointer, value: json }),
      fc.record({ op: fc.constant('remove' as const), path: pointer }),
      fc.record({ op: fc.constantFrom('move' as const, 'copy' as const), from: pointer, path: pointer }),
    )
    let applied = 0
    fc.assert(
      fc.property(json, fc.array(operation, { minLength: 1, maxLength: 12 }), (document, operations) => {
        // Most random operations fit no document: those that do make the patch.
        const patch: JsonPatchOperation[] = []
        let current = document
        for (const one of operations) {
          const next = attempt(current, one)
          if (next === undefined) continue
          current = next
          patch.push(one)
        }
        applied += patch.length
        const copy = structuredClone(document)
        expect(applyPatch(document, patch)).toEqual(current)
        expect(applyPatch(current, invertPatch(document, patch))).toEqual(copy)
        expect(document).toEqual(copy)
      }),
      { numRuns: 3000 },
    )
    expect(applied).toBeGreaterThan(3000)
  })
})

function attempt(document: Json, operation: JsonPatchOperation): Json | undefined {
  try {
    return applyPatch(document, [operation])
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
