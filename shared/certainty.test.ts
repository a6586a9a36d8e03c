import { expect, test } from 'vitest'
import { certaintyOf } from './certainty.ts'
import { coreNodeTypes } from './core-nodes.ts'
import { Flow } from './flow.ts'
import { catalogFrom } from './manifest.ts'

const catalog = catalogFrom(coreNodeTypes)

/** Lines as `a>b`, or `a:handle>b`; what isn't given a type is a `set` step. */
function certainty(lines: string, nodes: { [id: string]: { type?: string; parent?: string; settings?: object } } = {}) {
  const edges = lines.split(' ').map((line) => {
    const [from = '', target = ''] = line.split('>')
    const [source = '', sourceHandle] = from.split(':')
    return { source, target, ...(sourceHandle === undefined ? {} : { sourceHandle }) }
  })
  const ids = [...new Set([...Object.keys(nodes), ...edges.flatMap(({ source, target }) => [source, target])])]
  const flow = Flow.parse({
    nodes: ids.map((id) => ({ id, type: id === 'start' ? 'manual' : 'set', ...nodes[id] })),
    edges,
  })
  return certaintyOf(flow, catalog)
}

const branch = { fork: { type: 'branch' } }

test('a step on one of two ways has run behind itself, and perhaps where they meet', () => {
  const { isCertain, exitTaken } = certainty('start>fork fork:true>a a>b b>end fork:false>end', branch)
  expect(isCertain('a', 'b')).toBe(true)
  expect(isCertain('a', 'end')).toBe(false)
  expect(isCertain('fork', 'end')).toBe(true)
  expect([exitTaken('fork', 'b'), exitTaken('fork', 'end')]).toEqual(['true', undefined])
})

test('steps side by side have both run where they meet, unless it waits for one alone', () => {
  const lines = 'start>a start>b a>end b>end end>last'
  expect(certainty(lines).isCertain('a', 'end')).toBe(true)
  const racing = certainty(lines, { end: { settings: { join: 'any' } } })
  expect([racing.isCertain('a', 'end'), racing.isCertain('a', 'last'), racing.isCertain('start', 'last')]).toEqual([
    false,
    false,
    true,
  ])
})

test('a step with a condition of its own has run only where its line was needed', () => {
  const { isCertain } = certainty('start>a a>b start>b b>c a>d', { a: { settings: { runIf: '{{ trigger.body.x }}' } } })
  expect([isCertain('a', 'b'), isCertain('a', 'c'), isCertain('a', 'd')]).toEqual([false, false, true])
})

test('inside a loop what stands before it has run, and what stands before within it', () => {
  const { isCertain } = certainty('start>a a>loop loop>end x>y', {
    loop: { type: 'forEach' },
    x: { parent: 'loop' },
    y: { parent: 'loop' },
  })
  expect([isCertain('a', 'x'), isCertain('x', 'y'), isCertain('loop', 'end')]).toEqual([true, true, true])
})

test('a step that takes another way when it fails says by which it was left', () => {
  const { exitTaken } = certainty('start>a a>good a:error>bad good>end bad>end', { a: { settings: { onError: 'route' } } })
  expect([exitTaken('a', 'good'), exitTaken('a', 'bad'), exitTaken('a', 'end')]).toEqual(['out', 'error', undefined])
})
