import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Flow } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import { documentFrom, filesFrom, tidyFlowText } from './flow-files.ts'
import { stepFileNames } from './step-file-names.ts'

const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
const id = fc.oneof(
  fc.constantFrom('price', 'Price', 'PRICE', 'con', 'NUL', 'a', 'A', '_', 'steps', 'flow'),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/),
)
const code = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\r\n', '\n', '\r', '\uFEFF', '\u0000', 'é', '🙂', '\uD800', 'x', '{{', '`') }),
  fc.constantFrom('', 'steps/price.ts', 'export default () => 1\r\n'),
  json,
  fc.constant({ inline: 'x' }),
)
const node = fc.record(
  {
    id,
    type: fc.constantFrom('code', 'code', 'set', 'note'),
    name: fc.string(),
    params: fc.oneof(fc.record({ code, inputs: json }, { requiredKeys: [] }), fc.record({ before: json, code, after: json })),
    note: fc.string(),
  },
  { requiredKeys: ['id', 'type'] },
)
const flow = fc
  .record({ name: fc.string({ maxLength: 200 }), description: fc.string(), nodes: fc.array(node, { maxLength: 6 }) })
  .map((document) => Flow.parse(JSON.parse(JSON.stringify(document))))

describe('a flow as files', () => {
  test('becomes the same flow again, and then the same files, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(flow, async (document) => {
        const files = filesFrom(document)
        // As they come from a disk.
        const disk = new Map([...files].map(([path, text]) => [path, Buffer.from(text)]))
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
        const again = await documentFrom((path) => {
          const bytes = disk.get(path)
          return Promise.resolve(bytes && decoder.decode(bytes))
        })
        expect(JSON.stringify(again)).toBe(JSON.stringify(document))
        expect([...filesFrom(again)]).toEqual([...files])
        expect(tidyFlowText(files.get('flow.json') ?? '')).toBe(files.get('flow.json'))
      }),
      { numRuns: 500 },
    )
  })

  test('gives every step a file name that no file system takes for another’s', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 20 }), (ids) => {
        const names = [...stepFileNames(ids)].map(([, name]) => name)
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(new Set(ids).size)
        for (const name of names) expect(name).toMatch(/^(?!(con|nul|aux|prn|com\d|lpt\d)$)[A-Za-z0-9_-]+$/i)
      }),
    )
    expect(Object.fromEntries(stepFileNames(['price', 'fetchOrder']))).toEqual({ price: 'price', fetchOrder: 'fetchOrder' })
    expect(Object.fromEntries(stepFileNames(['price', 'Price']))).toEqual({ price: 'price-0', Price: 'Price-10' })
  })
})
