import { afterAll, expect, test } from 'vitest'
import { connectorNodeTypes } from '#connectors/index.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import type { TypeSources } from '#shared/code-types/flow-types.ts'
import { helpers } from '#shared/expression/helpers.ts'
import { Flow } from '#shared/flow.ts'
import type { Json } from '#shared/json.ts'
import { catalogFrom } from '#shared/manifest.ts'
import { createLog } from '../log.ts'
import { checkFlowTypes } from './check-flow-types.ts'
import { createTypeChecker } from './type-checker.ts'

const catalog = catalogFrom([...coreNodeTypes, ...connectorNodeTypes])
const checker = createTypeChecker({ log: createLog('silent') })
afterAll(() => checker.stop())

type Nodes = { [id: string]: { type: string; parent?: string; params?: { [name: string]: Json }; settings?: object } }

/** A flow with a line from each node to the next one of the same place. */
function flowOf(nodes: Nodes, edges?: [string, string, string?][]): Flow {
  const ids = Object.keys(nodes)
  const lines =
    edges ??
    ids.slice(1).flatMap((id, index): [string, string][] => {
      const before = ids[index] ?? ''
      return nodes[id]?.parent === nodes[before]?.parent ? [[before, id]] : []
    })
  return Flow.parse({
    nodes: ids.map((id) => ({ id, ...nodes[id] })),
    edges: lines.map(([source, target, sourceHandle]) => ({
      source,
      target,
      ...(sourceHandle === undefined ? {} : { sourceHandle }),
    })),
  })
}

const of = (key: string) => ({ key, workspaceId: 'ws_a' })
const code = (text: string): Nodes[string] => ({ type: 'code', params: { code: text } })

async function problemsOf(
  flow: Flow,
  samples: { [id: string]: Json[] } = {},
  workspace: Pick<TypeSources, 'secrets' | 'variables'> = {},
): Promise<string[]> {
  const found = await checkFlowTypes(checker, of('flow_a'), { flow, catalog, samples: (id) => samples[id] ?? [], ...workspace })
  return found.map(({ nodeId, param, line, column, message }) => `${nodeId} ${param} ${line}:${column} ${message}`)
}

const orders = {
  trigger: [
    { kind: 'webhook', at: 'x', method: 'POST', path: 'a', headers: {}, query: {}, body: { qty: 2, note: 'a' } },
    { kind: 'webhook', at: 'x', method: 'POST', path: 'a', headers: {}, query: {}, body: { qty: 3 } },
  ],
}

test('what a code step returns is what later ones know of it, over three steps', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    price: code('export default async ({ trigger }: Context) => ({ total: trigger.body.qty * 7, at: new Date() })'),
    tax: code(
      'export default async ({ steps }: Context) => {\n  return { gross: steps.price.total * 1.2, at: steps.price.at }\n}',
    ),
    ship: code(
      'export default ({ steps }: Context) => {\n  const day: string = steps.tax.at\n  return steps.tax.gross.toUpperCase() + day\n}',
    ),
  })
  expect(await problemsOf(flow, orders)).toEqual([
    "ship code 3:26 \"ship\": Property 'toUpperCase' does not exist on type 'number'.",
  ])
})

test('a number that becomes text shows every place it breaks, in code and in holes', async () => {
  const flow = (price: string) =>
    flowOf(
      {
        trigger: { type: 'webhook' },
        price: code(`export default () => ({ total: ${price} })`),
        set: { type: 'set', params: { values: { double: '{{ steps.price.total * 2 }}', same: '{{ steps.price.total }}' } } },
        branch: { type: 'branch', params: { condition: '{{ steps.set.same > 100 }}' } },
        later: code('export default ({ steps }: Context) => {\n  return steps.set.same.toFixed(2)\n}'),
        unannotated: code('export default async ({ steps }) => Math.round(steps.price.total)'),
        answer: {
          type: 'respond',
          params: { status: '{{ steps.price.total }}', body: 'That is {{ round(steps.price.total) }}' },
        },
      },
      [
        ['trigger', 'price'],
        ['price', 'set'],
        ['set', 'branch'],
        ['branch', 'later', 'true'],
        ['later', 'unannotated'],
        ['unannotated', 'answer'],
      ],
    )
  expect(await problemsOf(flow('7'))).toEqual([])
  expect(await problemsOf(flow('"7"'))).toEqual([
    `later code 2:25 "later": Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?`,
    `unannotated code 1:48 "unannotated": Argument of type 'string' is not assignable to parameter of type 'number'.`,
    'set values.double 1:4 "set": in {{ steps.price.total * 2 }} this counts with numbers, but what stands left of the sign is none. Use toNumber(…).',
    'branch condition 1:4 "branch": in {{ steps.set.same > 100 }} “>” stands between text and a number, which don\'t go together.',
    'answer status 1:4 "answer": in {{ steps.price.total }} a number is needed, but this is text.',
    'answer body 1:18 "answer": in {{ round(steps.price.total) }} a number is needed, but this is text.',
  ])
})

test('nothing is said where nothing is known', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    find: { type: 'http.request', params: { url: 'https://a.example/{{ trigger.body.deep.id }}' } },
    use: code(
      'export default async ({ trigger, steps, input, step, state, vars, secrets }) => {\n  const got = await step.run("x", async () => (await fetch("https://a.example", { headers: { a: secrets.ref("k") } })).json())\n  return { a: trigger.body.x.y, b: steps.find.body.rows.map((row) => row.id), c: got.z, d: vars.anything.e }\n}',
    ),
    more: {
      type: 'output',
      params: { value: '{{ steps.use.b.filter(x => x.ok).length + sumBy(steps.find.body.rows, "price") }}' },
    },
  })
  expect(await problemsOf(flow)).toEqual([])
})

test('a field that samples lack may be missing, one that none has is a mistake with the nearest one named', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    use: code('export default ({ trigger }: Context) => [trigger.body.note.length, trigger.body.qyt]'),
    say: {
      type: 'output',
      params: { value: '{{ trigger.body.note.length }} of\n{{ trigger.body.qyt }}, {{ trigger.body.colour }}' },
    },
  })
  expect(await problemsOf(flow, orders)).toEqual([
    `use code 1:43 "use": 'trigger.body.note' is possibly 'undefined'.`,
    `use code 1:82 "use": Property 'qyt' does not exist on type '{ qty: number; note?: string | undefined; }'.`,
    'say value 2:17 "say": in {{ trigger.body.qyt }} there is no “qyt” here. Did you mean “qty”?',
    'say value 2:41 "say": in {{ trigger.body.colour }} there is no “colour” here, as far as the samples show.',
  ])
})

test('an input that is not mapped is named with the place where it is added', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    use: {
      type: 'code',
      params: {
        inputs: { total: '{{ trigger.body.qty }}' },
        code: 'export default ({ input }: Context) => [input.sum, input.totl, input.total]',
      },
    },
  })
  expect(await problemsOf(flow, orders)).toEqual([
    'use code 1:47 "use": There is no input called "sum". Add it under Inputs, above the code.',
    `use code 1:58 "use": Property 'totl' does not exist on type '{ total: number; }'. Did you mean 'total'?`,
  ])
})

test('a step that does not run each time may be undefined, and is not where it must have run', async () => {
  const flow = flowOf(
    {
      trigger: { type: 'webhook' },
      branch: { type: 'branch', params: { condition: '{{ trigger.body.qty > 2 }}' } },
      big: code('export default () => ({ discount: 5 })'),
      then: code('export default ({ steps }: Context) => steps.big.discount.toFixed()'),
      after: code('export default ({ steps }: Context) => [steps.big.discount, steps.branch.result, steps.big?.discount ?? 0]'),
    },
    [
      ['trigger', 'branch'],
      ['branch', 'big', 'true'],
      ['big', 'then'],
      ['then', 'after'],
      ['branch', 'after', 'false'],
    ],
  )
  expect(await problemsOf(flow, orders)).toEqual([`after code 1:41 "after": 'steps.big' is possibly 'undefined'.`])
})

test('a step that goes on when it fails gives its output or its error', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    may: { ...code('export default () => ({ total: 5 })'), settings: { onError: 'continue' } },
    use: code(`export default ({ steps }: Context) => {
  if (steps.may.error) return steps.may.error.message.length
  const wrong: number = steps.may.error
  return steps.may.total.toFixed()
}`),
    sloppy: code('export default ({ steps }: Context) => steps.may.total.toFixed()'),
  })
  expect(await problemsOf(flow)).toEqual([
    `use code 3:9 "use": Type 'undefined' is not assignable to type 'number'.`,
    `sloppy code 1:40 "sloppy": 'steps.may.total' is possibly 'undefined'.`,
  ])
})

test('inside a loop item is an element of the list, and the loop gives what its rounds give', async () => {
  const flow = flowOf(
    {
      trigger: { type: 'webhook' },
      find: code('export default () => ({ rows: [{ id: "a", price: 3 }] })'),
      each: { type: 'forEach', params: { items: '{{ steps.find.rows.filter(row => row.price > 2) }}' } },
      line: {
        ...code(
          'export default ({ item, index, steps }: Context) => ({ id: item.id, sum: item.prize * index + steps.find.rows.length })',
        ),
        parent: 'each',
      },
      end: code('export default ({ steps, item }: Context) => steps.each.map((line) => line.summ)'),
    },
    [
      ['trigger', 'find'],
      ['find', 'each'],
      ['each', 'end'],
    ],
  )
  expect(await problemsOf(flow)).toEqual([
    `line code 1:79 "line": Property 'prize' does not exist on type '{ id: string; price: number; }'. Did you mean 'price'?`,
    expect.stringMatching(/^end code 1:26 "end": Property 'item' does not exist on type 'Context'/),
    `end code 1:76 "end": Property 'summ' does not exist on type '{ id: string; sum: number; }'. Did you mean 'sum'?`,
  ])
})

test('inputs have the types of what is mapped, and what an approval asks for is known', async () => {
  const flow = flowOf(
    {
      trigger: { type: 'webhook' },
      ask: { type: 'approval', params: { title: 'Well?', fields: [{ id: 'amount', label: 'Amount', type: 'number' }] } },
      use: {
        type: 'code',
        params: {
          code: 'export default ({ input }: Context) => [input.qty.length, input["unit price"].length, input.text.length, input.nested.deep[0].length, input.amount.length]',
          inputs: {
            qty: '{{ trigger.body.qty }}',
            'unit price': 7,
            text: 'Q: {{ trigger.body.qty }}',
            nested: { deep: ['{{ now }}'] },
            amount: '{{ steps.ask.fields.amount }}',
          },
        },
      },
    },
    [
      ['trigger', 'ask'],
      ['ask', 'use', 'approved'],
    ],
  )
  expect((await problemsOf(flow, orders)).map((line) => line.slice(0, 70))).toEqual([
    `use code 1:51 "use": Property 'length' does not exist on type 'number'.`.slice(0, 70),
    `use code 1:79 "use": Property 'length' does not exist on type 'number'.`.slice(0, 70),
    `use code 1:148 "use": Property 'length' does not exist on type 'number'`.slice(0, 70),
  ])
})

test('names of secrets and of shared values are known', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    use: code(`export default async ({ secrets, vars }: Context) => {
  await fetch('https://a.example', { headers: { authorization: \`Bearer \${secrets.ref('stripe')}\`, x: secrets.ref('stripe') } })
  return [await secrets.get('strip'), vars.rate.toFixed(), vars.rat]
}`),
    say: { type: 'output', params: { value: '{{ vars.rate * 2 }} {{ vars.ratio }}' } },
  })
  const workspace = { secrets: ['stripe', 'other'], variables: { rate: 1.5 } }
  expect(await problemsOf(flow, {}, workspace)).toEqual([
    'use code 3:29 "use": There is no secret called "strip" that this flow may use. Add it under Values, or let the flow use it.',
    `use code 3:65 "use": Property 'rat' does not exist on type 'Vars'. Did you mean 'rate'?`,
    expect.stringContaining('there is no “ratio” here'),
  ])
  expect(await problemsOf(flow, {}, { variables: { rate: 1 } })).not.toContainEqual(expect.stringContaining('secret'))
})

test('every helper of the holes is declared, and its example is well typed', async () => {
  const values = Object.fromEntries(helpers.map(({ name, example }) => [name, `{{ ${example.source} }}`]))
  const flow = flowOf({ trigger: { type: 'webhook' }, set: { type: 'set', params: { values } } })
  expect(await problemsOf(flow)).toEqual([])
  // What a helper without a declaration gave would be any, which can be used as anything; two give what may be anything.
  const open = ['groupBy', 'getField']
  const misused = Object.fromEntries(
    helpers
      .filter(({ name }) => !open.includes(name))
      .map(({ name, example }) => [name, `{{ (${example.source}).nothingLikeIt }}`]),
  )
  const found = await problemsOf(flowOf({ trigger: { type: 'webhook' }, set: { type: 'set', params: { values: misused } } }))
  const known = found.map((line) => /^set values\.(\w+) /.exec(line)?.[1])
  expect(helpers.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual(open)
})

test('holes are calm about what is missing and strict about kinds', async () => {
  const flow = flowOf({
    trigger: { type: 'webhook' },
    call: {
      type: 'http.request',
      params: {
        url: '{{ trigger.body.qty }}',
        query: {
          a: '{{ trigger.body.note.toUpperCase() }}',
          b: '{{ split(trigger.body.qty)[0] }}',
          c: '{{ trigger.body.note.padStart("a") }}',
        },
        body: [{ deep: '{{ trigger.body.qty.trim() }}' }, '{{ trigger.body.qty === "2" }}', '{{ trigger.body.qty() }}'],
      },
      settings: { runIf: '{{ trigger.body.note.size > 1 }}' },
    },
  })
  expect(await problemsOf(flow, orders)).toEqual([
    'call url 1:4 "call": in {{ trigger.body.qty }} text or a date is needed, but this is a number.',
    'call query.c 1:31 "call": in {{ trigger.body.note.padStart("a") }} a number is needed, but this is text.',
    'call body.0.deep 1:21 "call": in {{ trigger.body.qty.trim() }} “trim” is looked for in a number, which has none.',
    'call body.1 1:4 "call": in {{ trigger.body.qty === "2" }} a number is compared with text, which are never equal.',
    'call settings.runIf 1:22 "call": in {{ trigger.body.note.size > 1 }} “size” is looked for in text, which has none.',
  ])
})

test('packages are typed by what they bring along, and one that brings nothing may be anything', async () => {
  const flow = flowOf({
    trigger: { type: 'manual' },
    use: code(`import { double } from 'numbers'
import { half } from 'numbers/more'
import type { Thing } from '@scope/things'
import nothing from 'untyped'
export default () => {
  const thing: Thing = { size: double('2') }
  return { a: half(thing.size).toFixed(), b: nothing.what(thing.sise) }
}`),
  })
  const libraries = [
    {
      path: 'node_modules/numbers/package.json',
      text: '{"name":"numbers","exports":{".":{"types":"./index.d.ts"},"./more":{"types":"./lib/more.d.ts"}}}',
    },
    { path: 'node_modules/numbers/index.d.ts', text: 'export declare function double(of: number): number' },
    { path: 'node_modules/numbers/lib/more.d.ts', text: 'export declare function half(of: number): string' },
    { path: 'node_modules/@scope/things/package.json', text: '{"name":"@scope/things","types":"types.d.ts"}' },
    { path: 'node_modules/@scope/things/types.d.ts', text: 'export interface Thing { size: number }' },
  ]
  const sources = { flow, catalog, samples: () => [] }
  for (const key of ['flow_b', 'flow_b', 'flow_c']) {
    const found = await checkFlowTypes(checker, of(key), sources, libraries)
    expect(found.map(({ line, message }) => `${line} ${message}`)).toEqual([
      `6 "use": Argument of type 'string' is not assignable to parameter of type 'number'.`,
      `7 "use": Property 'toFixed' does not exist on type 'string'. Did you mean 'fixed'?`,
      `7 "use": Property 'sise' does not exist on type 'Thing'.`,
    ])
  }
  expect(await checkFlowTypes(checker, of('flow_b'), sources)).toEqual([])
})

test('flows whose steps have the same names are each judged by their own text', async () => {
  const texts = [
    'export default () => 1',
    'export default () => {\n  const a: number = "x"\n  return a\n}',
    'export default () => 2',
  ]
  const found: number[] = []
  for (const [index, text] of texts.entries()) {
    const flow = flowOf({ trigger: { type: 'webhook' }, same: code(text) })
    found.push((await checkFlowTypes(checker, of(`flow_same_${index}`), { flow, catalog, samples: () => [] })).length)
  }
  expect(found).toEqual([0, 1, 0])
})

test('of a server that is too busy the flow is told, and nothing is said against it', async () => {
  const busy = createTypeChecker({ log: createLog('silent'), mostWaitMs: 0 })
  try {
    const sources = {
      flow: flowOf({ trigger: { type: 'manual' }, one: code('export default () => 1') }),
      catalog,
      samples: () => [],
    }
    const [first, second] = await Promise.all([
      checkFlowTypes(busy, of('flow_a'), sources),
      checkFlowTypes(busy, of('flow_b'), sources),
    ])
    expect(first).toEqual([])
    const message = expect.stringContaining('They run all the same')
    expect(second).toEqual([{ severity: 'warning', code: 'types_not_checked', message }])
  } finally {
    await busy.stop()
  }
})
