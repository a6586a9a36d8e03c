import { afterAll, expect, test } from 'vitest'
import { connectorNodeTypes } from '#connectors/index.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
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

const code = (text: string): Nodes[string] => ({ type: 'code', params: { code: text } })

async function problemsOf(flow: Flow, samples: { [id: string]: Json[] } = {}): Promise<string[]> {
  const found = await checkFlowTypes(checker, 'flow_a', { flow, catalog, samples: (id) => samples[id] ?? [] })
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
