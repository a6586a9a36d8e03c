import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFlow, publishFlow } from './testing/flows.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

type Step = { id: string; type: string; params?: object; settings?: object; parent?: string }

/** A start and one step behind it, with what is inside of that. */
const after = (step: Step, ...inside: Step[]) => ({
  nodes: [{ id: 'start', type: 'manual' }, step, ...inside],
  edges: [{ source: 'start', target: step.id }],
})
const body: Step = { id: 'inside', type: 'set', parent: 'step', params: { values: {} } }
const each = (params: object) => after({ id: 'step', type: 'forEach', params }, body)
const again = (params: object) => after({ id: 'step', type: 'repeat', params }, body)
const step = (type: string, params: object, settings = {}) => after({ id: 'step', type, params, settings })

describe('what can be seen before a flow runs stands in the way of publishing it', () => {
  test.each([
    ['a loop over text', each({ items: 'all of them' }), { code: 'invalid_param', param: 'items' }],
    ['a loop over a number', each({ items: 7 }), { code: 'invalid_param', param: 'items' }],
    ['a loop over nothing', each({}), { code: 'missing_param', param: 'items' }],
    ['a hundred and one items at once', each({ items: '{{ trigger.body }}', concurrency: 101 }), { param: 'concurrency' }],
    ['a condition that is none', again({ until: 'until it is done' }), { code: 'invalid_condition', param: 'until' }],
    ['two conditions', again({ until: true, while: true }), { code: 'invalid_param', param: 'while' }],
    ['no condition', again({}), { code: 'missing_param', param: 'until' }],
    ['a negative wait', step('delay', { for: '-5s' }), { param: 'for' }],
    ['a wait of six years', step('delay', { for: `${6 * 366}d` }), { param: 'for' }],
    ['a pause of six years', again({ until: true, delayMs: `${6 * 366}d` }), { param: 'delayMs' }],
    ['a match that can’t be read', step('waitForEvent', { name: 'paid', match: '{{ event.id === }}' }), { param: 'match' }],
    ['a match that is no condition', step('waitForEvent', { name: 'paid', match: 'event.id' }), { code: 'invalid_condition' }],
    ['an event without a name', step('waitForEvent', {}), { param: 'name' }],
    ['no try at all', step('set', { values: {} }, { retry: { maxAttempts: 0 } }), { code: 'invalid_retry' }],
    ['half a try', step('set', { values: {} }, { retry: { maxAttempts: 1.5 } }), { code: 'invalid_retry' }],
    ['a root that is not there', step('set', { values: { x: '{{ results.length }}' } }), { code: 'unknown_reference' }],
  ])('%s', async (_, document, problem) => {
    const { id } = await createFlow(server, headers, document)
    const sent = await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })
    expect(sent.status, sent.text).toBe(422)
    expect(sent.json).toMatchObject({ code: 'does_not_compile' })
    expect(sent.json['problems']).toContainEqual(expect.objectContaining({ severity: 'error', nodeId: 'step', ...problem }))
  })
})

describe('what is only seen in a run ends the step with an error that has a name', () => {
  test.each([
    ['a loop over a group of fields', each({ items: '{{ trigger.body }}' }), { a: 1 }, 'invalid_input'],
    ['a loop over nothing', each({ items: '{{ trigger.body.none }}' }), {}, 'invalid_input'],
    ['10,001 items', each({ items: '{{ trigger.body }}' }), Array.from({ length: 10_001 }, () => 0), 'invalid_input'],
    ['a condition that never ends', again({ while: true, maxIterations: 50 }), {}, 'max_iterations'],
    ['a negative wait', step('delay', { for: '{{ trigger.body.ms }}' }), { ms: -1 }, 'invalid_input'],
    ['a wait of six years', step('delay', { for: '{{ trigger.body.ms }}' }), { ms: 6 * 366 * 86_400_000 }, 'invalid_input'],
    ['a wait until a day in 2099', step('delay', { until: '{{ trigger.body.at }}' }), { at: '2099-01-01' }, 'invalid_input'],
    ['a wait until no day', step('delay', { until: '{{ trigger.body.at }}' }), { at: 'soon' }, 'invalid_input'],
    ['a limit that is none', step('waitForCall', { timeout: '{{ trigger.body.x }}' }), { x: 'a while' }, 'invalid_input'],
    [
      'an output over the limit',
      step('code', { code: 'export default async () => "x".repeat(11 * 1024 * 1024)' }),
      {},
      'result_limit',
    ],
  ])('%s', async (_, document, input, code) => {
    const { id } = await publishFlow(server, headers, document)
    const sent = await server.send(`/api/v1/flows/${id}/runs`, { method: 'POST', headers, body: { input, wait: 120 } })
    expect(sent.json, sent.text.slice(0, 500)).toMatchObject({ status: 'failed', error: { code, path: 'step' } })
  })
})

test('a run that is asked for what it can’t have leaves the server as it was', async () => {
  const { id } = await publishFlow(server, headers, each({ items: '{{ trigger.body }}' }))
  const sent = await server.send(`/api/v1/flows/${id}/runs`, { method: 'POST', headers, body: { input: [1, 2], wait: 120 } })
  expect(sent.json).toMatchObject({ status: 'succeeded', output: [{}, {}] })
})
