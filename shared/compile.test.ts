import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { compile, type CompileOptions } from './compile.ts'
import { coreNodeTypes } from './core-nodes.ts'
import { Flow, type NodeSettings } from './flow.ts'
import type { Json } from './json.ts'
import { catalogFrom, type NodeType } from './manifest.ts'

const request: NodeType = {
  type: 'http.request',
  role: 'step',
  runs: 'action',
  family: 'app',
  title: 'HTTP request',
  description: '',
  icon: 'globe',
  keywords: [],
  params: {
    type: 'object',
    properties: { url: { type: 'string', title: 'Address', minLength: 1, expression: true } },
    required: ['url'],
    additionalProperties: false,
  },
  handles: ['out'],
  effect: true,
  defaults: {},
  settings: { maxAttempts: 3, timeoutMs: 300_000 },
}
const catalog = catalogFrom([...coreNodeTypes, request])

type Params = { [name: string]: Json }
const node = (id: string, type: string, params: Params = {}, settings: NodeSettings = {}, parent?: string) => ({
  id,
  type,
  params,
  settings,
  ...(parent && { parent }),
})
const start = node('start', 'manual')
const hook = (params: Params = {}) => node('hook', 'webhook', params)
const set = (id: string, values: Params = {}, settings: NodeSettings = {}) => node(id, 'set', { values }, settings)
const branch = (id: string, settings: NodeSettings = {}) => node(id, 'branch', { condition: true }, settings)

/** `a>b` is a line; `a:true>b` leaves by a handle. */
function flow(nodes: object[], lines: string[] = [], rest: object = {}): Flow {
  const edges = lines.map((line) => {
    const [from = '', target = ''] = line.split('>')
    const [source = '', sourceHandle] = from.split(':')
    return { source, target, ...(sourceHandle && { sourceHandle }) }
  })
  return Flow.parse({ nodes, edges, ...rest })
}

function problemsOf(document: Flow, options?: CompileOptions) {
  return compile(document, catalog, options).problems
}

const inLoop = (id: string) => node(id, 'set', { values: {} }, {}, 'loop')

interface Case {
  what: string
  flow: Flow
  options?: CompileOptions
  problem: object
}

const cases: Case[] = [
  { what: 'a flow without a start', flow: flow([set('a')]), problem: { code: 'no_trigger' } },
  {
    what: 'a flow whose starts are all off',
    flow: flow([{ ...start, settings: { disabled: true } }]),
    problem: { code: 'no_trigger', nodeId: 'start' },
  },
  { what: 'a step no line leads to', flow: flow([start, set('a')]), problem: { code: 'unreachable', nodeId: 'a' } },
  {
    what: 'a circle',
    flow: flow([start, set('a'), set('b')], ['start>a', 'a>b', 'b>a']),
    problem: { code: 'cycle', edge: expect.stringMatching(/a|b/) },
  },
  {
    what: 'a step that leads to itself',
    flow: flow([start, set('a')], ['start>a', 'a>a']),
    problem: { code: 'cycle', nodeId: 'a', edge: 'a:out>a' },
  },
  {
    what: 'an id used twice',
    flow: flow([start, set('a'), set('a')], ['start>a']),
    problem: { code: 'duplicate_id', nodeId: 'a' },
  },
  {
    what: 'a kind of step that is not there',
    flow: flow([start, node('a', 'teleport')], ['start>a']),
    problem: { code: 'unknown_type', nodeId: 'a' },
  },
  {
    what: 'a way out that is not there',
    flow: flow([start, set('a'), set('b')], ['start>a', 'a:maybe>b']),
    problem: { code: 'unknown_handle', edge: 'a:maybe>b' },
  },
  {
    what: 'a line behind a step that ends the run',
    flow: flow([start, node('end', 'stop'), set('b')], ['start>end', 'end>b']),
    problem: { code: 'unknown_handle', nodeId: 'end' },
  },
  {
    what: 'a line to nowhere',
    flow: flow([start], ['start>gone']),
    problem: { code: 'unknown_edge_end', edge: 'start:out>gone' },
  },
  { what: 'a line to a note', flow: flow([start, node('n', 'note')], ['start>n']), problem: { code: 'unknown_edge_end' } },
  {
    what: 'a line drawn twice',
    flow: flow([start, set('a')], ['start>a', 'start>a']),
    problem: { code: 'duplicate_edge', edge: 'start:out>a' },
  },
  {
    what: 'a line into a start',
    flow: flow([start, set('a')], ['start>a', 'a>start']),
    problem: { code: 'edge_into_trigger', edge: 'a:out>start' },
  },
  {
    what: 'a line across the wall of a loop',
    flow: flow([start, node('loop', 'forEach'), inLoop('in'), set('after')], ['start>loop', 'in>after']),
    problem: { code: 'edge_across_loop', edge: 'in:out>after' },
  },
  {
    what: 'a start inside a loop',
    flow: flow([start, node('loop', 'forEach'), node('t', 'manual', {}, {}, 'loop')], ['start>loop']),
    problem: { code: 'edge_across_loop', nodeId: 't' },
  },
  {
    what: 'a step inside something that is not there',
    flow: flow([start, node('a', 'set', { values: {} }, {}, 'gone')], ['start>a']),
    problem: { code: 'unknown_reference', param: 'parent' },
  },
  {
    what: 'a step inside a step that can hold none',
    flow: flow([start, set('b'), node('a', 'set', { values: {} }, {}, 'b')], ['start>b']),
    problem: { code: 'unknown_reference', param: 'parent' },
  },
  {
    what: 'a param that is missing',
    flow: flow([start, node('a', 'output')], ['start>a']),
    problem: { code: 'missing_param', nodeId: 'a', param: 'value' },
  },
  {
    what: 'a param that is empty',
    flow: flow([start, node('a', 'http.request', { url: '' })], ['start>a']),
    problem: { code: 'missing_param', param: 'url' },
  },
  {
    what: 'a delay that says nothing',
    flow: flow([start, node('a', 'delay')], ['start>a']),
    problem: { code: 'missing_param', param: 'for' },
  },
  {
    what: 'a delay that says two things',
    flow: flow([start, node('a', 'delay', { for: '5m', until: '2026-01-01' })], ['start>a']),
    problem: { code: 'invalid_param', param: 'until' },
  },
  {
    what: 'code that is empty',
    flow: flow([start, node('a', 'code', { code: ' ' })], ['start>a']),
    problem: { code: 'missing_param', param: 'code' },
  },
  {
    what: 'a param of the wrong kind',
    flow: flow([start, node('a', 'set', { values: 3 })], ['start>a']),
    problem: { code: 'invalid_param', nodeId: 'a', param: 'values' },
  },
  {
    what: 'a choice that is none',
    flow: flow([hook({ respond: 'later' })]),
    problem: { code: 'invalid_param', param: 'respond' },
  },
  {
    what: 'an answer that sends the caller on, and says not where',
    flow: flow([start, node('a', 'respond', { send: 'redirect' })], ['start>a']),
    problem: { code: 'missing_param', param: 'location' },
  },
  {
    what: 'an answer that is to be a file, and names none',
    flow: flow([start, node('a', 'respond', { send: 'file' })], ['start>a']),
    problem: { code: 'missing_param', param: 'body' },
  },
  {
    what: 'a number out of range',
    flow: flow([start, node('a', 'respond', { status: 99 })], ['start>a']),
    problem: { code: 'invalid_param', param: 'status' },
  },
  {
    what: 'a way with a name that is taken',
    flow: flow([start, node('a', 'switch', { cases: [{ id: 'default', when: true }] })], ['start>a']),
    problem: { code: 'invalid_param', param: 'cases.0.id' },
  },
  {
    what: 'two ways of one name',
    flow: flow(
      [
        start,
        node('a', 'switch', {
          cases: [
            { id: 'x', when: true },
            { id: 'x', when: false },
          ],
        }),
      ],
      ['start>a'],
    ),
    problem: { code: 'invalid_param', param: 'cases.1.id' },
  },
  {
    what: 'a param nobody knows',
    flow: flow([start, node('a', 'output', { value: 1, valeu: 2 })], ['start>a']),
    problem: { severity: 'warning', code: 'invalid_param', param: 'valeu' },
  },
  {
    what: 'a request check without its secret',
    flow: flow([hook({ verify: { preset: 'hmac', header: 'x', algorithm: 'sha256', encoding: 'hex' } })]),
    problem: { code: 'missing_param', param: 'verify.secret' },
  },
  {
    what: 'a web page that may call and is not named yet',
    flow: flow([hook({ cors: [''] })]),
    problem: { code: 'missing_param', param: 'cors.0' },
  },
  {
    what: 'a check of tokens with nothing to check them with',
    flow: flow([hook({ verify: { preset: 'jwt', audience: 'us' } })]),
    problem: { code: 'missing_param', param: 'verify.secret' },
  },
  {
    what: 'a check of tokens whose keys have no address yet',
    flow: flow([hook({ verify: { preset: 'jwt', jwksUrl: '' } })]),
    problem: { code: 'missing_param', param: 'verify.jwksUrl' },
  },
  {
    what: 'a hole that cannot be read, at its line and column',
    flow: flow([start, set('a', { text: 'one\ntwo {{ trigger..body }}' })], ['start>a']),
    problem: { code: 'invalid_expression', nodeId: 'a', param: 'values.text', line: 2, column: 16 },
  },
  {
    what: 'a hole that is never closed',
    flow: flow([start, set('a', { text: '{{ trigger.body' })], ['start>a']),
    problem: { code: 'invalid_expression', param: 'values.text' },
  },
  {
    what: 'a condition that is text',
    flow: flow([start, node('a', 'filter', { condition: 'yes' })], ['start>a']),
    problem: { code: 'invalid_condition', param: 'condition' },
  },
  {
    what: 'a condition with text around its hole',
    flow: flow([start, node('a', 'filter', { condition: '{{ true }} ' })], ['start>a']),
    problem: { code: 'invalid_condition', param: 'condition' },
  },
  {
    what: 'a condition inside a way',
    flow: flow([start, node('a', 'switch', { cases: [{ id: 'x', when: 'no' }] })], ['start>a']),
    problem: { code: 'invalid_condition', param: 'cases.0.when' },
  },
  {
    what: 'a "Only run if" that is text',
    flow: flow([start, set('a', {}, { runIf: 'x' })], ['start>a']),
    problem: { code: 'invalid_condition', param: 'settings.runIf' },
  },
  {
    what: 'a step that is not there',
    flow: flow([start, set('a', { x: '{{ steps.gone.y }}' })], ['start>a']),
    problem: { code: 'unknown_reference', nodeId: 'a', param: 'values.x', line: 1, column: 10 },
  },
  {
    what: 'a start named as a step',
    flow: flow([start, set('a', { x: '{{ steps.start.body }}' })], ['start>a']),
    problem: { code: 'unknown_reference', message: expect.stringContaining('write trigger') },
  },
  {
    what: 'a loop that is not around',
    flow: flow([start, set('a', { x: '{{ loops.l.item }}' })], ['start>a']),
    problem: { severity: 'error', code: 'unknown_reference' },
  },
  {
    what: 'an item outside any loop',
    flow: flow([start, set('a', { x: '{{ item.y }}' })], ['start>a']),
    problem: { severity: 'warning', code: 'unknown_reference' },
  },
  {
    what: 'the address of a step that does not wait',
    flow: flow([start, set('a', { x: "{{ run.resumeUrl('a') }}" })], ['start>a']),
    problem: { code: 'unknown_reference' },
  },
  {
    what: 'a step that runs later',
    flow: flow([start, set('a', { x: '{{ steps.b.y }}' }), set('b')], ['start>a', 'a>b']),
    problem: { code: 'not_upstream', nodeId: 'a', param: 'values.x', line: 1, column: 10 },
  },
  {
    what: 'a step of another branch',
    flow: flow([start, set('a'), set('b', { x: '{{ steps.a }}' })], ['start>a', 'start>b']),
    problem: { code: 'not_upstream', nodeId: 'b' },
  },
  {
    what: 'the step itself',
    flow: flow([start, set('a', { x: '{{ steps.a }}' })], ['start>a']),
    problem: { code: 'not_upstream', nodeId: 'a' },
  },
  {
    what: 'a step in the condition of a start',
    flow: flow([hook({ onlyIf: '{{ steps.a.x }}' }), set('a')], ['hook>a']),
    problem: { code: 'not_upstream', nodeId: 'hook', param: 'onlyIf' },
  },
  {
    what: 'a step inside a loop named outside it',
    flow: flow(
      [start, node('loop', 'forEach'), inLoop('in'), set('after', { x: '{{ steps.in }}' })],
      ['start>loop', 'loop>after'],
    ),
    problem: { code: 'not_upstream', nodeId: 'after', message: expect.stringContaining('loop') },
  },
  {
    what: 'a step in the name of a run',
    flow: flow([start, set('a')], ['start>a'], { settings: { subject: '{{ steps.a.x }}' } }),
    problem: { code: 'not_upstream', param: 'settings.subject' },
  },
  {
    what: 'code that names a later step',
    flow: flow([start, node('a', 'code', { code: '\nexport default ({ steps }) => steps.b' }), set('b')], ['start>a', 'a>b']),
    problem: { severity: 'warning', code: 'not_upstream', nodeId: 'a', param: 'code', line: 2, column: 37 },
  },
  {
    what: 'code that names a step that is not there',
    flow: flow([start, node('a', 'code', { code: 'export default ({ steps }) => steps.prise.total' })], ['start>a']),
    problem: { severity: 'warning', code: 'unknown_reference', nodeId: 'a', param: 'code', line: 1, column: 37 },
  },
  {
    what: 'code that cannot be read',
    flow: flow([start, node('a', 'code', { code: 'export default' })], ['start>a']),
    options: { checkCode: () => [{ line: 3, column: 7, message: 'Unexpected end' }] },
    problem: { code: 'code_syntax', nodeId: 'a', param: 'code', line: 3, column: 7 },
  },
  {
    what: 'more than 5,000 steps',
    flow: flow([start, ...Array.from({ length: 5000 }, (_, index) => set(`s${index}`))]),
    problem: { code: 'too_large' },
  },
  {
    what: 'more than 100,000 formulas',
    flow: flow([start, set('a', { list: Array.from({ length: 100_001 }, () => '{{ 1 }}') })], ['start>a']),
    problem: { code: 'too_large', message: expect.stringContaining('100001 formulas') },
  },
  {
    what: 'more than 4 MiB of text with formulas',
    flow: flow([start, set('a', { text: `{{ 1 }}${' '.repeat(4 * 1024 * 1024)}` })], ['start>a']),
    problem: { code: 'too_large', message: expect.stringContaining('4194311 characters') },
  },
  {
    what: 'more than 1 MiB of code',
    flow: flow([start, node('a', 'code', { code: 'ä'.repeat(530_000) })], ['start>a']),
    problem: { code: 'too_large', nodeId: 'a', param: 'code' },
  },
  {
    what: 'a length of time that is none',
    flow: flow([start, node('a', 'delay', { for: 'a while' })], ['start>a']),
    problem: { code: 'invalid_duration', param: 'for' },
  },
  {
    what: 'a wait of more than 5 years',
    flow: flow([start, node('a', 'delay', { for: '2000d' })], ['start>a']),
    problem: { code: 'invalid_duration', param: 'for' },
  },
  {
    what: 'a date that is none',
    flow: flow([start, node('a', 'delay', { until: 'Christmas' })], ['start>a']),
    problem: { code: 'invalid_param', param: 'until' },
  },
  {
    what: 'an address of another flow',
    flow: flow([hook({ path: 'orders' })]),
    options: { isPathTaken: (path) => path === 'orders' },
    problem: { code: 'path_taken', param: 'path' },
  },
  {
    what: 'one address for two starts',
    flow: flow([hook({ path: 'orders' }), node('hook2', 'webhook', { path: 'orders' })]),
    problem: { code: 'path_taken', nodeId: 'hook2' },
  },
  {
    what: 'going another way without a line',
    flow: flow([start, set('a', {}, { onError: 'route' })], ['start>a']),
    problem: { code: 'route_without_line', nodeId: 'a', param: 'settings.onError' },
  },
  {
    what: 'an error line without going another way',
    flow: flow([start, set('a'), set('b')], ['start>a', 'a:error>b']),
    problem: { code: 'error_line_without_route', edge: 'a:error>b' },
  },
  {
    what: 'carrying on at a step with several ways',
    flow: flow([start, branch('a', { onError: 'continue' })], ['start>a']),
    problem: { code: 'continue_with_exits', nodeId: 'a' },
  },
  {
    what: 'waiting for more lines than there are',
    flow: flow([start, set('a', {}, { join: { atLeast: 2 } })], ['start>a']),
    problem: { code: 'join_too_high', param: 'settings.join' },
  },
  {
    what: 'waiting for half a line',
    flow: flow([start, set('a', {}, { join: { atLeast: 0.5 } })], ['start>a']),
    problem: { code: 'invalid_setting', param: 'settings.join' },
  },
  {
    what: 'a step that is off with lines at two ways',
    flow: flow([start, branch('a', { disabled: true }), set('b'), set('c')], ['start>a', 'a:true>b', 'a:false>c']),
    problem: { code: 'disabled_with_exits', nodeId: 'a', param: 'settings.disabled' },
  },
  {
    what: 'too many tries',
    flow: flow([start, set('a', {}, { retry: { maxAttempts: 101 } })], ['start>a']),
    problem: { code: 'invalid_retry', param: 'settings.retry.maxAttempts' },
  },
  {
    what: 'no try at all',
    flow: flow([start, set('a', {}, { retry: { maxAttempts: 0 } })], ['start>a']),
    problem: { code: 'invalid_retry', param: 'settings.retry.maxAttempts' },
  },
  {
    what: 'pauses that shrink',
    flow: flow([start, set('a', {}, { retry: { factor: 0.5 } })], ['start>a']),
    problem: { code: 'invalid_retry', param: 'settings.retry.factor' },
  },
  {
    what: 'a longest pause below the first one',
    flow: flow([start, set('a', {}, { retry: { minDelayMs: 5000, maxDelayMs: 1000 } })], ['start>a']),
    problem: { code: 'invalid_retry', param: 'settings.retry.maxDelayMs' },
  },
  {
    what: 'a time limit of nothing',
    flow: flow([start, set('a', {}, { timeoutMs: 0 })], ['start>a']),
    problem: { code: 'invalid_setting', param: 'settings.timeoutMs' },
  },
  {
    what: 'code that may run for hours',
    flow: flow([start, node('a', 'code', { code: 'x' }, { timeoutMs: 3_600_000 })], ['start>a']),
    problem: { code: 'invalid_setting', param: 'settings.timeoutMs' },
  },
  {
    what: 'a priority out of range',
    flow: flow([start], [], { settings: { priority: 101 } }),
    problem: { code: 'invalid_setting', param: 'settings.priority' },
  },
  {
    what: 'a throttle that lets nobody through',
    flow: flow([start], [], { settings: { throttle: { limit: 0, per: 'minute' } } }),
    problem: { code: 'invalid_setting', param: 'settings.throttle.limit' },
  },
  {
    what: 'a rate that counts for no time',
    flow: flow([start], [], { settings: { rateLimit: { limit: 1, per: 0 } } }),
    problem: { code: 'invalid_setting', param: 'settings.rateLimit.per' },
  },
  {
    what: 'half a run at once',
    flow: flow([start], [], { settings: { concurrency: { limit: 0.5 } } }),
    problem: { code: 'invalid_setting', param: 'settings.concurrency.limit' },
  },
  {
    what: 'a longest wait for quiet below the quiet',
    flow: flow([start], [], { settings: { debounce: { for: '10s', maxWait: '5s' } } }),
    problem: { code: 'invalid_setting', param: 'settings.debounce.maxWait' },
  },
  {
    what: 'starts that are both collected and replaced',
    flow: flow([start], [], { settings: { debounce: { for: '10s' }, batch: { size: 2, for: '5s' } } }),
    problem: { code: 'invalid_setting', param: 'settings.batch' },
  },
  {
    what: 'no time to start within',
    flow: flow([start], [], { settings: { startWithin: '0s' } }),
    problem: { code: 'invalid_setting', param: 'settings.startWithin' },
  },
  {
    what: 'a key that is the same for every start',
    flow: flow([start], [], { settings: { singleton: { key: 'trigger.body.customer' } } }),
    problem: { severity: 'warning', code: 'invalid_setting', param: 'settings.singleton.key' },
  },
  {
    what: 'shared slots of a step that takes no time',
    flow: flow([start, set('a', {}, { concurrency: { limit: 1 } })], ['start>a']),
    problem: { severity: 'warning', code: 'invalid_setting', param: 'settings.concurrency' },
  },
  {
    what: 'keeping runs for no time',
    flow: flow([start], [], { settings: { retentionDays: 0 } }),
    problem: { code: 'invalid_setting', param: 'settings.retentionDays' },
  },
  {
    what: 'keeping runs for parts of a day',
    flow: flow([start], [], { settings: { retentionDays: 1.5 } }),
    problem: { code: 'invalid_setting', param: 'settings.retentionDays' },
  },
  {
    what: 'no slot at all',
    flow: flow([start, node('a', 'code', { code: 'x' }, { concurrency: { limit: 0 } })], ['start>a']),
    problem: { code: 'invalid_setting', param: 'settings.concurrency.limit' },
  },
  {
    what: 'a caller that may get no answer',
    flow: flow([hook({ respond: 'respondStep' }), set('a')], ['hook>a']),
    problem: { severity: 'warning', code: 'may_miss_respond', nodeId: 'hook' },
  },
  {
    what: 'an answer that comes when the caller has had one',
    flow: flow([hook({}), node('answer', 'respond')], ['hook>answer']),
    problem: { severity: 'warning', code: 'unheard_answer', nodeId: 'answer' },
  },
]

const forbidden = /\b(DAG|payload|schema|node|edge|execution|boolean|null|array|JSON|invalid|please|oops)\b/i

describe('what stands in the way of publishing', () => {
  test('is told by line and column, however many lines the text has', () => {
    const line = (i: number) => `line ${i}: {{ steps.lost${i}.x }}`
    const text = Array.from({ length: 300 }, (_, i) => line(i + 1)).join('\n')
    const problems = problemsOf(flow([start, set('a', { text })], ['start>a']))
    expect(problems.map((one) => one.line)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
    expect(problems.map((one) => one.column)).toEqual(Array.from({ length: 300 }, (_, i) => line(i + 1).indexOf('lost') + 1))
  })

  for (const { what, flow: document, options, problem } of cases) {
    test(what, () => {
      const problems = problemsOf(document, options)
      const expected = { severity: 'error', ...problem }
      expect(problems).toContainEqual(expect.objectContaining(expected))
      for (const { message } of problems) {
        expect(message).not.toMatch(forbidden)
        expect(message).toMatch(/^["A-Z\w].*[.)]$/s)
      }
    })
  }

  test('every error keeps the flow from getting a plan, a warning does not', () => {
    for (const { flow: document, options } of cases) {
      const { plan, problems } = compile(document, catalog, options)
      expect(plan === undefined).toBe(problems.some(({ severity }) => severity === 'error'))
    }
  })
})

describe('what is fine', () => {
  const fine: [what: string, document: Flow][] = [
    ['a start alone', flow([start])],
    [
      'branches that meet again',
      flow(
        [start, branch('b'), set('x'), set('y'), set('z', { v: '{{ steps.x ?? steps.y }}' })],
        ['start>b', 'b:true>x', 'b:false>y', 'x>z', 'y>z'],
      ),
    ],
    ['both ways of a branch to one step', flow([start, branch('b'), set('z')], ['start>b', 'b:true>z', 'b:false>z'])],
    ['several lines from one way out', flow([start, branch('b'), set('x'), set('y')], ['start>b', 'b:true>x', 'b:true>y'])],
    ['going another way with a line', flow([start, set('a', {}, { onError: 'route' }), set('b')], ['start>a', 'a:error>b'])],
    [
      'a hole where a number is asked for',
      flow([start, node('a', 'respond', { status: '{{ trigger.body.status }}' })], ['start>a']),
    ],
    [
      'a hole where a length of time is asked for',
      flow([start, node('a', 'delay', { for: '{{ trigger.body.minutes }}m' })], ['start>a']),
    ],
    ['notes without lines', flow([start, node('n', 'note', { text: '{{ not a hole' })])],
    ['code with braces', flow([start, node('a', 'code', { code: 'export default () => "{{ x"' })], ['start>a'])],
    [
      'code with steps of its own',
      flow(
        [start, node('a', 'code', { code: 'export default () => {\n  const steps = [1]\n  return steps.length\n}' })],
        ['start>a'],
      ),
    ],
    [
      'a path with braces is text',
      flow([hook({ path: 'orders', onlyIf: '{{ trigger.body.qty > 1 }}', dedupe: { key: '{{ trigger.body.id }}' } })]),
    ],
    [
      'the address of a later wait',
      flow([start, set('a', { url: "{{ run.resumeUrl('w') }}" }), node('w', 'waitForCall')], ['start>a', 'a>w']),
    ],
    ['any step before this one', flow([start, set('a'), set('b', { x: '{{ steps[trigger.body.which] }}' })], ['start>a', 'a>b'])],
    [
      'a step that is off with lines at one way',
      flow([start, branch('a', { disabled: true }), set('b')], ['start>a', 'a:true>b']),
    ],
    ['two starts, one off', flow([start, { ...hook(), settings: { disabled: true } }, set('a')], ['start>a', 'hook>a'])],
  ]
  test.each(fine)('%s', (_, document) => expect(problemsOf(document)).toEqual([]))

  test('the example of a whole flow', () => {
    const { plan, problems } = compile(
      flow(
        [
          { ...hook({ methods: ['POST'], path: 'orders', respond: 'whenFinished' }), name: 'New order' },
          node('price', 'code', { code: 'export default async ({ trigger }) => ({ total: trigger.body.qty * 7 })' }),
          node(
            'charge',
            'http.request',
            { url: 'https://api.example.com/{{ steps.price.total }}' },
            { retry: { maxAttempts: 5 } },
          ),
        ],
        ['hook>price', 'price>charge'],
      ),
      catalog,
    )
    expect(problems).toEqual([])
    expect(plan?.triggers).toEqual([
      {
        id: 'hook',
        type: 'webhook',
        name: 'New order',
        params: { methods: ['POST'], path: 'orders', respond: 'whenFinished', respondTimeoutMs: 30_000 },
      },
    ])
    expect(plan?.steps).toEqual([
      {
        id: 'price',
        type: 'code',
        name: 'price',
        runs: 'code',
        effect: false,
        params: { code: 'export default async ({ trigger }) => ({ total: trigger.body.qty * 7 })' },
        expressions: ['inputs'],
        retry: { maxAttempts: 1, factor: 2, minDelayMs: 1000, maxDelayMs: 60_000, jitter: true },
        timeoutMs: 60_000,
        onError: 'stop',
        join: 'all',
        cancelRest: false,
        delivery: 'atLeastOnce',
        disabled: false,
        incoming: [{ source: 'hook', handle: 'out' }],
        outgoing: { out: ['charge'] },
        reads: [],
      },
      {
        id: 'charge',
        type: 'http.request',
        name: 'charge',
        runs: 'action',
        effect: true,
        params: { url: 'https://api.example.com/{{ steps.price.total }}' },
        expressions: ['url'],
        retry: { maxAttempts: 5, factor: 2, minDelayMs: 1000, maxDelayMs: 60_000, jitter: true },
        timeoutMs: 300_000,
        onError: 'stop',
        join: 'all',
        cancelRest: false,
        delivery: 'atLeastOnce',
        disabled: false,
        incoming: [{ source: 'price', handle: 'out' }],
        outgoing: {},
        reads: ['price'],
      },
    ])
  })
})

const reads = (code: string, inputs: Params = {}) => {
  const document = flow([start, set('a'), set('b'), node('k', 'code', { code, inputs })], ['start>a', 'a>b', 'b>k'])
  return compile(document, catalog).plan?.steps.find(({ id }) => id === 'k')?.reads
}

const isWarned = (document: Flow) => problemsOf(document).some(({ code }) => code === 'may_miss_respond')
const planOf = (document: Flow) => canonicalJson(compile(document, catalog).plan)

describe('the plan', () => {
  const nodes = [start, set('c', { x: '{{ steps.a }}' }), set('a'), set('b'), node('n', 'note')]
  const lines = ['start>a', 'start>b', 'a>c', 'b>c']

  test('is in topological order, then in the order of the document', () => {
    expect(compile(flow(nodes, lines), catalog).plan?.steps.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  test('does not change with what only the canvas shows', () => {
    const moved = nodes.map((one, index) => ({
      ...one,
      position: { x: index, y: 7 },
      size: { width: 1, height: 2 },
      note: 'why',
    }))
    const document = flow(moved, lines, { groups: [{ id: 'g', name: 'G', nodeIds: ['a'] }], name: 'Other', description: 'Text' })
    expect(planOf(document)).toBe(planOf(flow(nodes, lines)))
    expect(
      planOf(
        flow(
          nodes.filter(({ id }) => id !== 'n'),
          lines,
        ),
      ),
    ).toBe(planOf(flow(nodes, lines)))
  })

  test('does not change with the order of keys or of lines, nor with defaults that are written out', () => {
    const turned = nodes.map((one) => Object.fromEntries(Object.entries(one).toReversed()))
    expect(planOf(flow(turned, lines.toReversed()))).toBe(planOf(flow(nodes, lines)))
    const written = nodes.map((one) => (one.id === 'a' ? { ...one, settings: { onError: 'stop', join: 'all' } } : one))
    expect(planOf(flow(written, lines))).toBe(planOf(flow(nodes, lines)))
  })

  test('leaves out starts that are off', () => {
    const document = flow([start, { ...hook(), settings: { disabled: true } }])
    expect(compile(document, catalog).plan?.triggers.map(({ id }) => id)).toEqual(['start'])
  })

  test('says which steps are read, in holes and in code', () => {
    expect(reads('export default ({ steps }) => steps.b.x')).toEqual(['b'])
    expect(reads('export default ({ steps: { a } }) => a', { x: '{{ steps.b }}' })).toEqual(['a', 'b'])
    expect(reads('export default ({ trigger }) => trigger')).toEqual([])
    expect(reads('export default ({ steps }) => Object.keys(steps)')).toEqual(['a', 'b'])
    expect(reads('export default () => 1', { x: '{{ steps[trigger.body] }}' })).toEqual(['a', 'b'])
  })
})

describe('a caller that waits for an answer step', () => {
  const waiting = hook({ respond: 'respondStep' })
  const answer = node('answer', 'respond')

  test.each<[boolean, string, Flow]>([
    [false, 'a straight way', flow([waiting, set('a'), answer], ['hook>a', 'a>answer'])],
    [false, 'a parallel way without one', flow([waiting, set('a'), answer], ['hook>a', 'hook>answer'])],
    [true, 'a branch with one open end', flow([waiting, branch('b'), answer], ['hook>b', 'b:true>answer'])],
    [
      false,
      'a branch whose ends both answer',
      flow([waiting, branch('b'), answer], ['hook>b', 'b:true>answer', 'b:false>answer']),
    ],
    [
      true,
      'a filter before it',
      flow([waiting, node('f', 'filter', { condition: '{{ trigger.body }}' }), answer], ['hook>f', 'f>answer']),
    ],
    [
      true,
      'an answer that only runs sometimes',
      flow([waiting, { ...answer, settings: { runIf: '{{ trigger.body }}' } }], ['hook>answer']),
    ],
    [true, 'an answer that is off', flow([waiting, { ...answer, settings: { disabled: true } }], ['hook>answer'])],
    [
      true,
      'an error line that leads past it',
      flow([waiting, set('a', {}, { onError: 'route' }), set('x'), answer], ['hook>a', 'a>answer', 'a:error>x']),
    ],
    [
      false,
      'a way that ends as failed',
      flow([waiting, branch('b'), answer, node('end', 'stop', { as: 'failed' })], ['hook>b', 'b:true>answer', 'b:false>end']),
    ],
    [false, 'a wait whose time limit fails', flow([waiting, node('w', 'waitForCall'), answer], ['hook>w', 'w:received>answer'])],
    [false, 'nobody who waits for one', flow([hook(), set('a')], ['hook>a'])],
  ])('%s: %s', (warned, _, document) => expect(isWarned(document)).toBe(warned))
})

test('a text that names one missing step a hundred thousand times is one problem', () => {
  const text = `\n{{ steps.gone }}`.repeat(60_000)
  const code = '\nsteps.later'.repeat(80_000)
  const document = flow([start, set('a', { text }), node('k', 'code', { code }), set('later')], ['start>a', 'a>k', 'k>later'])
  expect(problemsOf(document).map(({ code: kind, line }) => [kind, line])).toEqual([
    ['unknown_reference', 2],
    ['not_upstream', 2],
  ])
})

test('of very many problems a thousand are told, those that stand in the way first', () => {
  const lost = Array.from({ length: 900 }, (_, i) => `{{ steps.lost${i}.x }}`)
  const odd = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`odd${i}`, 1]))
  const document = flow([start, node('a', 'set', { ...odd, values: { lost } })], ['start>a'])
  const problems = problemsOf(document)
  expect(problems).toHaveLength(1000)
  expect(problems.map(({ severity }) => severity).lastIndexOf('error')).toBe(899)
})

test('a flow of 5,000 steps that all name others compiles in seconds', () => {
  const nodes = [
    start,
    ...Array.from({ length: 4999 }, (_, index) =>
      set(`s${index}`, index > 0 ? { x: `{{ steps.s${index - 1}.y + steps.s0.z }}` } : {}),
    ),
  ]
  const lines = ['start>s0', ...Array.from({ length: 4998 }, (_, index) => `s${index}>s${index + 1}`)]
  const { plan, problems } = compile(flow(nodes, lines), catalog)
  expect(problems).toEqual([])
  expect(plan?.steps).toHaveLength(4999)
})
