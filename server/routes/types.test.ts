import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const api = apiOf(
  () => server,
  () => headers,
)

const price = (total: string) =>
  chain(
    { id: 'start', type: 'manual' },
    { id: 'price', type: 'code', params: { code: `export default ({ trigger }: Context) => ({ total: ${total} })` } },
    { id: 'answer', type: 'output', params: { value: '{{ steps.price.total / 2 }}' } },
  )

test('the declarations of a flow say what its samples and its last runs show, each time in the same words', async () => {
  const { id } = await publishFlow(server, headers, price('trigger.body.qty * 7'))
  await api('PUT', `/flows/${id}/samples/start`, { value: { kind: 'manual', at: 'x', body: { qty: 1, note: 'from a sample' } } })
  const ran = await api('POST', `/flows/${id}/runs`, { input: { qty: 2, colour: 'red' }, wait: 120 })
  expect(ran.json).toMatchObject({ status: 'succeeded', output: 7 })

  const first = await api('GET', `/flows/${id}/types`)
  expect(first.json).toMatchObject({ steps: { price: 'steps/price.ts' } })
  const { files } = first.json as { files: { path: string; text: string }[] }
  expect(files.map(({ path }) => path)).toEqual([
    'types/sandbox.d.ts',
    'types/workspace.d.ts',
    'types/flow.ts',
    'types/price.d.ts',
  ])
  expect(files[2]?.text).toContain('qty: number\n    note?: string\n    colour?: string')
  expect(files[3]?.text).toContain("declare module '../steps/price.ts' {")
  expect((await api('GET', `/flows/${id}/types`)).text).toBe(first.text)
  const reader = await server.makeKey(['read'])
  expect((await api('GET', `/flows/${id}/types`, undefined, reader)).status).toBe(200)
})

test('what does not fit is said before publishing, at its place, and keeps nobody from publishing', async () => {
  const { id } = await createFlow(server, headers, price('7'))
  expect((await api('POST', `/flows/${id}/validate`)).json).toEqual({ problems: [] })
  const { json } = await api('POST', `/flows/${id}/validate`, { document: price('"7"') })
  const problem = {
    severity: 'warning',
    nodeId: 'answer',
    param: 'value',
    line: 1,
    column: 4,
    code: 'expression_type',
    message: expect.stringContaining('steps.price.total / 2'),
  }
  expect(json).toEqual({ problems: [problem] })
  await api('PUT', `/flows/${id}/draft`, { document: price('"7"'), revision: 1 })
  const published = await api('POST', `/flows/${id}/publish`)
  expect(published.json).toEqual({ version: 1, problems: [problem] })
})

test('a flow that can’t be published is told of its types too', async () => {
  const document = chain(
    { id: 'start', type: 'manual' },
    { id: 'price', type: 'code', params: { code: 'export default () => {\n  const total: number = "7"\n  return { total }\n}' } },
    { id: 'answer', type: 'output', params: { value: '{{ steps.prise.total }}' } },
  )
  const { id } = await createFlow(server, headers, document)
  const { status, json } = await api('POST', `/flows/${id}/publish`)
  expect(status).toBe(422)
  expect(json).toMatchObject({
    code: 'does_not_compile',
    problems: [
      { severity: 'error', nodeId: 'answer', code: 'unknown_reference' },
      {
        severity: 'warning',
        nodeId: 'price',
        param: 'code',
        line: 2,
        column: 9,
        code: 'code_type',
        message: `"price": Type 'string' is not assignable to type 'number'.`,
      },
    ],
  })
})
