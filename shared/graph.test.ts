import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { catalogFrom } from './manifest.ts'
import { coreNodeTypes } from './core-nodes.ts'
import { Flow } from './flow.ts'
import { ancestry, downstreamOf, findCycle, handlesOf, topologicalOrder, upstreamOf, wouldCycle } from './graph.ts'

const catalog = catalogFrom(coreNodeTypes)

function drawing(ids: string, lines: string[], parents: { [id: string]: string } = {}): Flow {
  return Flow.parse({
    nodes: Array.from(ids, (id) => ({ id, type: 'set', ...(parents[id] && { parent: parents[id] }) })),
    edges: lines.map((line) => ({ source: line.charAt(0), target: line.charAt(1) })),
  })
}

describe('the graph of a flow', () => {
  const diamond = drawing('abcd', ['ab', 'ac', 'bd', 'cd'])

  test('knows what comes before and after', () => {
    expect(upstreamOf(diamond, 'd')).toEqual(new Set(['a', 'b', 'c']))
    expect(downstreamOf(diamond, 'a')).toEqual(new Set(['b', 'c', 'd']))
    expect(upstreamOf(diamond, 'a')).toEqual(new Set())
  })

  test('knows what would go round in a circle', () => {
    expect(wouldCycle(diamond, 'd', 'a')).toBe(true)
    expect(wouldCycle(diamond, 'b', 'b')).toBe(true)
    expect(wouldCycle(diamond, 'b', 'c')).toBe(false)
  })

  test('is put in order, and among equals in that of the document', () => {
    expect(topologicalOrder(drawing('dcba', ['ab', 'ac', 'bd', 'cd']))).toEqual(['a', 'c', 'b', 'd'])
    expect(topologicalOrder(drawing('xyz', []))).toEqual(['x', 'y', 'z'])
  })

  test('leaves circles out of the order and finds them', () => {
    const round = drawing('abcde', ['ab', 'bc', 'cb', 'cd', 'ee'])
    expect(topologicalOrder(round)).toEqual(['a'])
    expect(findCycle(round)).toEqual(expect.arrayContaining(['b', 'c']))
    expect(findCycle(diamond)).toBeUndefined()
  })

  test('sees from inside a loop what is before it, but not the other way round', () => {
    // a → L → z, with i and j in L
    const loop = drawing('aLzij', ['aL', 'Lz', 'ij'], { i: 'L', j: 'L' })
    expect(upstreamOf(loop, 'j')).toEqual(new Set(['i', 'a']))
    expect(upstreamOf(loop, 'z')).toEqual(new Set(['L', 'a']))
    expect(topologicalOrder(loop)).toEqual(['a', 'L', 'z', 'i', 'j'])
  })

  test('holds together for any lines', () => {
    const ids = 'abcdefgh'
    const letter = fc.constantFrom(...ids.split(''))
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(letter, letter).map(([from, to]) => from + to),
          { maxLength: 14 },
        ),
        (lines) => {
          const flow = drawing(ids, lines)
          const order = topologicalOrder(flow)
          const cycle = findCycle(flow)
          expect(cycle === undefined).toBe(order.length === ids.length)
          for (const [index, id] of (cycle ?? []).entries()) {
            const next = cycle?.[(index + 1) % cycle.length]
            expect(lines).toContain(`${id}${next}`)
          }
          const { isUpstream } = ancestry(flow)
          for (const id of order) {
            const before = upstreamOf(flow, id)
            for (const other of before) expect(order.indexOf(other)).toBeLessThan(order.indexOf(id))
            for (const other of ids) expect(isUpstream(other, id)).toBe(before.has(other))
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('ways out', () => {
  const waysOut = (type: string, rest: object = {}) => {
    const [node] = Flow.parse({ nodes: [{ id: 'a', type, ...rest }] }).nodes
    const known = catalog.get(type)
    return node && known && handlesOf(node, known)
  }
  test.each<[type: string, rest: object, handles: string[]]>([
    ['set', {}, ['out']],
    ['set', { settings: { onError: 'route' } }, ['out', 'error']],
    ['branch', {}, ['true', 'false']],
    ['switch', { params: { cases: [{ id: 'x', when: true }, { id: 'y' }, 7, { when: true }] } }, ['x', 'y', 'default']],
    ['switch', { params: { cases: 'none' } }, ['default']],
    ['waitForCall', {}, ['received', 'timeout']],
    ['stop', {}, []],
    ['webhook', { settings: { onError: 'route' } }, ['out']],
    ['note', {}, []],
  ])('of %s %j', (type, rest, handles) => expect(waysOut(type, rest)).toEqual(handles))
})
