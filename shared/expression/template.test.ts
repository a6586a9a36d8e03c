import { describe, expect, test } from 'vitest'
import { isAppError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { ExpressionScope } from './scope.ts'
import { evaluateCondition, references, renameReferences, renderParams, renderTemplate, templatePieces } from './template.ts'

const trigger =
  '{"body": {"id":12345678901234567890, "price":1.50, "name":"Ada \\"L\\"", "none":null, "rows":[{"n":1},{"n":2}], "z":1, "a":{"b":"\\u0000\\ud800"}}}'
const steps: { [id: string]: string } = { price: '{"total": 21}', list: '[1, 2]', text: '"plain"' }

const scope: ExpressionScope = {
  root: (name) => (name === 'trigger' ? trigger : undefined),
  step: (id) => (Object.hasOwn(steps, id) ? steps[id] : undefined),
  run: {
    id: 'run_1',
    flowId: 'flow_1',
    version: 3,
    startedAt: '2026-01-01T00:00:00.000Z',
    resumeUrl: (id) => `https://x/resume/${id}`,
    approvalUrl: (id) => `https://x/approve/${id}`,
  },
  now: Date.UTC(2026, 0, 2),
}

describe('a template', () => {
  test.each<[text: string, json: string]>([
    ['', '""'],
    ['no holes { } }} "x"', '"no holes { } }} \\"x\\""'],
    ['{{ 1 + 1 }}', '2'],
    [' {{ 1 + 1 }}', '" 2"'],
    ["{{ '{{' }}", '"{{"'],
    ["{{ '}}' }} and {{ `}}` }}", '"}} and }}"'],
    ['{{ {a: {b: 1}}}}', '{"a":{"b":1}}'],
    ['{{ ({}) }}}', '"{}}"'],
    ['{{ (1 + 2) /* why */ }}', '3'],
    ['{{1}}{{2}}', '"12"'],
    // A path is passed on to the letter.
    ['{{ trigger.body.id }}', '12345678901234567890'],
    ['{{ trigger["body"].price }}', '1.50'],
    ['{{ trigger.body.a }}', '{"b":"\\u0000\\ud800"}'],
    ['{{ (trigger).body?.rows[1] }}', '{"n":2}'],
    ['{{ steps.price }}', '{"total": 21}'],
    ['No. {{ trigger.body.id }} at {{ trigger.body.price }}', '"No. 12345678901234567890 at 1.50"'],
    ['{{ trigger.body.rows.length }}', '2'],
    ['{{ steps.text[0] }}', '"p"'],
    ['{{ run.version }} {{ run.id }}', '"3 run_1"'],
    ['{{ run }}', '{"id":"run_1","flowId":"flow_1","version":3,"startedAt":"2026-01-01T00:00:00.000Z"}'],
    ["{{ run.resumeUrl('w') }}", '"https://x/resume/w"'],
    ["{{ run.approvalUrl('w') }}", '"https://x/approve/w"'],
    ['{{ now }}', '"2026-01-02T00:00:00.000Z"'],
    // What is missing.
    ['{{ trigger.body.gone }}', 'null'],
    ['{{ trigger.gone.deeper.still[3].trim() }}', 'null'],
    ['{{ steps.gone.x }}', 'null'],
    ['{{ item.x }}', 'null'],
    ['{{ undefined }}', 'null'],
    ['[{{ undefined }}{{ null }}{{ trigger.body.none }}]', '"[]"'],
    // In text.
    ['{{ trigger.body.name }}!', '"Ada \\"L\\"!"'],
    ['{{ true }} {{ [1, "a"] }} {{ { x: 1 } }} {{ now }}', '"true [1,\\"a\\"] {\\"x\\":1} 2026-01-02T00:00:00.000Z"'],
    ['{{ steps.list }}.', '"[1, 2]."'],
    ['{{ 0 / 0 }}', 'null'],
    ['{{ [undefined, { a: undefined }] }}', '[null,{}]'],
  ])('%s gives %s', (text, json) => expect(renderTemplate(text, scope)).toBe(json))

  test('fails for a hole that can not be worked out, and says which', () => {
    const render = () => renderParams({ body: { list: ['{{ trigger.body.name.toFixed(2) }}'] } }, ['body'], scope)
    expect(render).toThrow(/^body\.list\.0: \{\{ trigger\.body\.name\.toFixed\(2\) \}\} – toFixed does not work on text\.$/)
    expect(render).toThrow(
      expect.toSatisfy((error: unknown) => isAppError(error) && error.code === 'expression_error' && !error.retryable),
    )
  })
})

describe('params', () => {
  test('are one text; only those named have holes, and keys never', () => {
    const params: { [name: string]: Json } = {
      code: '{{ 1 }}',
      values: { '{{ 2 }}': '{{ 3 }}', list: [{ x: '{{ trigger.body.id }}' }, 4, null, true] },
      gone: '{{ item }}',
    }
    expect(renderParams(params, ['values', 'gone'], scope)).toBe(
      '{"code":"{{ 1 }}","values":{"{{ 2 }}":3,"list":[{"x":12345678901234567890},4,null,true]},"gone":null}',
    )
  })

  test('that only pass data on have no limit, those that build it have', () => {
    const large: ExpressionScope = { ...scope, root: () => JSON.stringify({ text: 'x'.repeat(3_000_000) }) }
    expect(renderParams({ a: '{{ trigger }}', b: '{{ trigger.text }}' }, ['a', 'b'], large)).toHaveLength(
      6_000_000 + '{"a":{"text":""},"b":""}'.length,
    )
    expect(() => renderParams({ a: '{{ [trigger.text] }}' }, ['a'], large)).toThrow(/more than 1024 KiB of new data/)
    expect(() => renderTemplate("{{ 'x'.repeat(101) }}", scope, { size: 100 })).toThrow(/new data/)
  })

  test('see one scope, whatever is parsed of it first', () => {
    const params = {
      same: '{{ trigger.body.rows === trigger["body"].rows }}',
      found: '{{ trigger.body.rows.includes(trigger.body.rows[1]) }}',
    }
    expect(renderParams(params, ['same', 'found'], scope)).toBe('{"same":true,"found":true}')
  })
})

describe('a condition', () => {
  test.each<[condition: boolean | string, holds: boolean]>([
    [true, true],
    [false, false],
    ['{{ trigger.body.price > 1 }}', true],
    ['{{ trigger.body.gone }}', false],
    ['{{ "" }}', false],
    ['{{ [] }}', true],
    ['{{ trigger.body.rows.some(row => row.n === 2) }}', true],
  ])('%s', (condition, holds) => expect(evaluateCondition(condition, scope)).toBe(holds))

  test('is one single hole', () => expect(() => evaluateCondition('{{ true }} ', scope)).toThrow(/one single hole/))
})

describe('pieces for the interface', () => {
  test('are text and holes with their places and paths', () => {
    expect(templatePieces("a {{ steps.price.rows[0]['x y'] }}{{ trigger.body.n + 1 }} b")).toEqual([
      { kind: 'text', text: 'a ', start: 0, end: 2 },
      {
        kind: 'hole',
        source: "steps.price.rows[0]['x y']",
        start: 2,
        end: 34,
        path: { root: 'steps', step: 'price', keys: ['rows', 0, 'x y'] },
      },
      { kind: 'hole', source: 'trigger.body.n + 1', start: 34, end: 58 },
      { kind: 'text', text: ' b', start: 58, end: 60 },
    ])
  })

  test('of a text that is being written carry what is wrong', () => {
    expect(templatePieces('{{ trigger. }} and {{ steps.a')).toEqual([
      { kind: 'hole', source: 'trigger.', start: 0, end: 14, error: expect.stringContaining('"}"') },
      { kind: 'text', text: ' and ', start: 14, end: 19 },
      { kind: 'hole', source: 'steps.a', start: 19, end: 29, error: 'This hole is never closed. Put }} at its end.' },
    ])
  })

  test('together are always the whole text', () => {
    for (const text of ['{{', '}}', '{{}}', '{{{{', 'x{{ " }} y', '{{ a }} {{ 1 }} {{', '{{ `${ }} `']) {
      const pieces = templatePieces(text)
      expect(pieces.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
    }
  })
})

describe('references', () => {
  test('are found wherever a hole names a step, and not where a name hides one', () => {
    const text =
      "{{ steps.a.b + steps['c'] + [1].map(steps => steps.no) + steps[item.x] }} steps.no {{ loops.l.item + run.resumeUrl('w') }}"
    const found = references(text)
    expect(found.steps.map(({ id, start, end }) => [id, text.slice(start, end)])).toEqual([
      ['a', 'a'],
      ['c', "'c'"],
      ['', 'steps[item.x]'],
    ])
    expect(found.steps[2]).toMatchObject({ computed: true })
    expect(found.loops).toMatchObject([{ id: 'l' }])
    expect(found.waits).toMatchObject([{ id: 'w' }])
  })

  test.each([
    [
      '{{ steps.a.a + steps?.["a"] + trigger.a }} a {{ loops.a.item }}',
      '{{ steps.bcd.a + steps?.["bcd"] + trigger.a }} a {{ loops.bcd.item }}',
    ],
    ['{{ [1].map(({ a }) => steps.a) }}', '{{ [1].map(({ a }) => steps.bcd) }}'],
    ["{{ run.resumeUrl('a') + steps['\\x61'] }}", "{{ run.resumeUrl('bcd') + steps['bcd'] }}"],
    ['{{ `${steps.a}` }}', '{{ `${steps.bcd}` }}'],
    ['{{ steps.a', '{{ steps.a'],
  ])('are renamed in %s', (text, renamed) => expect(renameReferences(text, 'a', 'bcd')).toBe(renamed))
})
