import * as fc from 'fast-check'
import { Flow } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'

const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
/** Ids that files could be mixed up by. */
export const arbitraryId = fc.oneof(
  fc.constantFrom('price', 'Price', 'PRICE', 'con', 'NUL', 'a', 'A', '_', 'steps', 'flow'),
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/),
)
/** What a draft may hold as a step's code: any text, and what is none. */
const code = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\r\n', '\n', '\r', '\uFEFF', '\u0000', 'é', '🙂', '\uD800', 'x', '{{', '`') }),
  fc.constantFrom('', 'steps/price.ts', 'export default () => 1\r\n'),
  json,
  fc.constant({ inline: 'x' }),
)
const node = fc.record(
  {
    id: arbitraryId,
    type: fc.constantFrom('code', 'code', 'set', 'note'),
    name: fc.string(),
    params: fc.oneof(fc.record({ code, inputs: json }, { requiredKeys: [] }), fc.record({ before: json, code, after: json })),
    note: fc.string(),
  },
  { requiredKeys: ['id', 'type'] },
)
/** Flows as a server may have them as drafts. */
export const arbitraryFlow = fc
  .record({ name: fc.string({ maxLength: 200 }), description: fc.string(), nodes: fc.array(node, { maxLength: 6 }) })
  .map((document) => Flow.parse(JSON.parse(JSON.stringify(document))))
