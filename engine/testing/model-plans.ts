import type { Join, OnError } from '#shared/flow.ts'
import { indexPlan, type PlanIndex } from '../state/plan-index.ts'
import { flowOf, type StepSketch } from './flow-builder.ts'

/** Gives the next number below `n` of those chance drew; the same numbers give the same flow. */
export type Draw = (n: number) => number

export function drawFrom(numbers: readonly number[]): Draw {
  let at = 0
  return (n) => (numbers[at++ % numbers.length] ?? 0) % n
}

const kinds = ['act', 'act', 'act', 'branch', 'call', 'approval', 'child', 'forEach', 'forEach', 'repeat'] as const
const types = {
  act: 'test.act',
  branch: 'branch',
  call: 'waitForCall',
  approval: 'approval',
  child: 'callFlow',
  forEach: 'forEach',
  repeat: 'repeat',
}
const exits = {
  act: ['out'],
  branch: ['true', 'false'],
  call: ['received', 'timeout'],
  approval: ['approved', 'rejected', 'timeout'],
  child: ['out'],
  forEach: ['out'],
  repeat: ['out'],
}
const joins: readonly Join[] = ['all', 'all', 'all', 'any', { atLeast: 2 }]
const policies: readonly OnError[] = ['stop', 'stop', 'continue', 'route', 'park']
const mostSteps = 12

/**
 * A flow of every shape the document allows: forks, joins of every kind, races, branches, waits, sub-flows and loops in
 * loops, with every way to deal with errors.
 */
export function drawPlan(draw: Draw, allowed: Allowed): PlanIndex {
  const sketches: { [id: string]: StepSketch } = {}
  drawBody(draw, sketches, undefined, { depth: 0, ...allowed })
  return indexPlan(flowOf(sketches))
}

export interface Allowed {
  atMostOnce: boolean
  /** Whether it may matter which of two steps ends first. */
  races: boolean
}

interface Place extends Allowed {
  depth: number
}

function drawBody(draw: Draw, sketches: { [id: string]: StepSketch }, parent: string | undefined, place: Place): void {
  const ways: { id: string; exit: string }[] = []
  const count = 1 + draw(parent === undefined ? 6 : 3)
  for (let n = 0; n < count && Object.keys(sketches).length < mostSteps; n++) {
    const id = `s${Object.keys(sketches).length}`
    const kind = place.depth < 2 ? pick(draw, kinds) : pick(draw, kinds.slice(0, 7))
    const after = drawLines(draw, ways, parent)
    const join = place.races ? pick(draw, joins) : 'all'
    const onError = pick(draw, policies)
    sketches[id] = {
      type: types[kind],
      after,
      join: typeof join === 'object' ? { atLeast: Math.min(join.atLeast, Math.max(1, after.length)) } : join,
      cancelRest: place.races && draw(3) === 0,
      onError: onError === 'continue' && exits[kind].length > 1 ? 'stop' : onError,
      delivery: place.atMostOnce && kind === 'act' && draw(3) === 0 ? 'atMostOnce' : 'atLeastOnce',
      retry: { maxAttempts: 1 + draw(3) },
      ...(parent === undefined ? {} : { parent }),
      ...(kind === 'forEach' || kind === 'repeat' ? { params: drawLoop(draw, kind, place.races) } : {}),
    }
    for (const exit of [...exits[kind], 'error']) ways.push({ id, exit })
    if (kind === 'forEach' || kind === 'repeat') drawBody(draw, sketches, id, { ...place, depth: place.depth + 1 })
  }
}

/** Where a step is led to from; inside a loop a step without lines begins each round. */
function drawLines(draw: Draw, ways: readonly { id: string; exit: string }[], parent: string | undefined): string[] {
  const lines = new Set<string>()
  const count = 1 + draw(3)
  for (let n = 0; n < count; n++) {
    const at = draw(ways.length + 2)
    const way = ways[at]
    if (way) lines.add(`${way.id}:${way.exit}`)
    else if (parent === undefined) lines.add('trigger:out')
  }
  return [...lines]
}

function drawLoop(draw: Draw, kind: 'forEach' | 'repeat', races: boolean): NonNullable<StepSketch['params']> {
  if (kind === 'repeat') return draw(2) === 0 ? { until: '{{ true }}' } : { while: '{{ true }}' }
  return {
    items: '{{ trigger.body }}',
    concurrency: 1 + draw(3),
    onItemError: draw(2) === 0 ? 'stop' : 'continue',
    rest: draw(2) === 0 ? 'cancel' : 'leave',
    ...(races && draw(3) === 0 ? { until: '{{ results }}' } : {}),
    ...(draw(4) === 0 ? { collect: '{{ item }}' } : {}),
  }
}

function pick<T>(draw: Draw, from: readonly [T, ...T[]] | readonly T[]): T {
  const chosen = from[draw(from.length)] ?? from[0]
  if (chosen === undefined) throw new Error('Nothing to choose from')
  return chosen
}
