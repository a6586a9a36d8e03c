import { expect, test } from 'vitest'
import { connectionProblem } from './connection-rules.ts'
import { coreNodeTypes } from './core-nodes.ts'
import { Flow } from './flow.ts'
import { catalogFrom } from './manifest.ts'

const catalog = catalogFrom(coreNodeTypes)
const flow = Flow.parse({
  nodes: [
    { id: 'start', type: 'manual', name: 'Start' },
    { id: 'a', type: 'set', name: 'First' },
    { id: 'b', type: 'set', name: 'Second' },
    { id: 'c', type: 'set', name: 'Third' },
    { id: 'safe', type: 'set', settings: { onError: 'route' } },
    { id: 'if', type: 'branch', name: 'Big enough?' },
    { id: 'end', type: 'stop', name: 'End' },
    { id: 'note', type: 'note' },
    { id: 'loop', type: 'set', name: 'Each line' },
    { id: 'inside', type: 'set', name: 'Inside', parent: 'loop' },
  ],
  edges: [
    { source: 'start', target: 'a' },
    { source: 'a', target: 'b' },
    { source: 'if', sourceHandle: 'true', target: 'c' },
  ],
})

test.each<[line: string, problem: RegExp | undefined]>([
  ['b>c', undefined],
  ['a>c', undefined],
  ['c>b', undefined],
  ['if:false>c', undefined],
  ['safe:error>c', undefined],
  ['safe>c', undefined],
  // Asked of a line that is there already.
  ['a>gone', /no step called "gone"/],
  ['gone>a', /no step called "gone"/],
  ['b>start', /^Nothing can lead into "Start"/],
  ['a>a', /"First" can't lead to itself.*Repeat step/],
  ['b>a', /"First" already leads to "Second".*circle.*Repeat step/],
  ['a>b', /"First" already leads to "Second"/],
  ['a>note', /note/],
  ['note>a', /note/],
  ['end>a', /"End" ends the run/],
  ['a:maybe>c', /no way out called "maybe"/],
  ['a:error>c', /If it fails/],
  ['if:true>b', /"Yes" of "Big enough\?" already leads to "Third"/],
  ['inside>c', /"Inside" is inside "Each line"/],
  ['c>inside', /"Inside" is inside "Each line"/],
])('%s', (line, problem) => {
  const [from = '', target = ''] = line.split('>')
  const [source = '', sourceHandle] = from.split(':')
  const sentence = connectionProblem(flow, catalog, { source, target, ...(sourceHandle && { sourceHandle }) })
  if (!problem) expect(sentence).toBeUndefined()
  else expect(sentence).toMatch(problem)
  expect(sentence ?? '').not.toMatch(/\b(node|edge|DAG|handle|cycle)\b/i)
})

test('lines that are there break no rule', () => {
  for (const edge of flow.edges) expect(connectionProblem(flow, catalog, edge)).toBeUndefined()
})
