import { expect, test } from 'vitest'
import { Flow } from '#shared/flow.ts'
import { catalogFrom, type NodeType } from '#shared/manifest.ts'
import { dataSources, dataToPick } from './data-sources.ts'
import { triggerBefore } from './earlier-steps.ts'

const typeOf = (type: string, role: NodeType['role'], handles: NodeType['handles'] = ['out']): NodeType => ({
  type,
  role,
  handles,
  runs: 'engine',
  family: 'logic',
  title: type,
  description: '',
  icon: 'box',
  keywords: [],
  params: {},
  effect: false,
  defaults: {},
  settings: { maxAttempts: 1, timeoutMs: 1000 },
})
const catalog = catalogFrom([
  typeOf('start', 'trigger'),
  typeOf('step', 'step'),
  typeOf('branch', 'step', ['true', 'false']),
  typeOf('note', 'note'),
])

/** `a>b` for each line, `a.true>b` for one that leaves by an exit of its own; a step's type is told by its first letter. */
function flowOf(...lines: string[]) {
  const edges = lines.map((line) => {
    const [, source, sourceHandle, target] = /^(\w+)(?:\.(\w+))?>(\w+)$/.exec(line) ?? []
    return { source, target, ...(sourceHandle === undefined ? {} : { sourceHandle }) }
  })
  const ids = [...new Set(edges.flatMap((edge) => [edge.source, edge.target]))]
  const type = (id = '') => (id.startsWith('t') ? 'start' : id.startsWith('q') ? 'branch' : 'step')
  return Flow.parse({ nodes: ids.map((id) => ({ id, type: type(id) })), edges })
}
const sourcesOf = (flow: Flow, id: string) =>
  dataSources(flow, id, catalog).map((source) => `${source.node.id}${source.always ? '' : '?'}`)

test('earlier steps come nearest first, later ones not at all', () => {
  expect(sourcesOf(flowOf('t>a', 'a>b', 'b>c', 'c>d'), 'c')).toEqual(['b', 'a', 't'])
})

test('the trigger is named as expressions name it', () => {
  const [near, trigger] = dataSources(flowOf('t>a', 'a>b'), 'b', catalog)
  expect(near?.path).toEqual({ root: 'steps', step: 'a', keys: [] })
  expect(trigger?.path).toEqual({ root: 'trigger', keys: [] })
})

test('into the fields of a start goes what it got itself', () => {
  const flow = flowOf('t>a', 'a>b')
  expect(dataToPick(flow, 't', catalog)).toMatchObject([{ node: { id: 't' }, path: { root: 'trigger', keys: [] }, always: true }])
  expect(dataToPick(flow, 'b', catalog)).toEqual(dataSources(flow, 'b', catalog))
})

test('steps on one side of a branch sometimes run for what comes after the sides meet', () => {
  const flow = flowOf('t>q', 'q.true>a', 'q.false>b', 'a>z', 'b>z', 'a>y')
  expect(sourcesOf(flow, 'z')).toEqual(['q', 't', 'a?', 'b?'])
  expect(sourcesOf(flow, 'y')).toEqual(['a', 'q', 't'])
})

test('sides that run at the same time both always run', () => {
  expect(sourcesOf(flowOf('t>a', 't>b', 'a>z', 'b>z'), 'z')).toEqual(['a', 'b', 't'])
})

test('of two triggers each only sometimes fired', () => {
  const flow = flowOf('t1>a', 't2>a', 'a>z')
  expect(sourcesOf(flow, 'z')).toEqual(['a', 't1?', 't2?'])
  expect(triggerBefore(flow, 'z', catalog)?.id).toBe('t1')
})

test('a step after nothing has no earlier data', () => {
  expect(sourcesOf(flowOf('t>a'), 't')).toEqual([])
  expect(triggerBefore(flowOf('t>a'), 'a', catalog)?.id).toBe('t')
})
