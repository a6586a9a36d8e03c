import type { ExpressionScope } from './expression/scope.ts'
import { renderTemplate } from './expression/template.ts'
import type { Flow, FlowNode } from './flow.ts'
import type { JsonText } from './json.ts'
import { elementsOf } from './json-text.ts'

/** What a step inside a loop sees of it. */
export interface LoopRoots {
  item?: JsonText
  index?: JsonText
  previous?: JsonText
  loops?: JsonText
}

/**
 * What a step inside loops sees of them when it is tried out by itself: the first round of each, worked out on the data
 * `scope` gives. Nothing for a step inside none; what can't be worked out is left out.
 */
export function firstRound(flow: Pick<Flow, 'nodes'>, stepId: string, scope: ExpressionScope): LoopRoots {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]))
  const around: FlowNode[] = []
  for (let id = nodes.get(stepId)?.parent; id !== undefined; id = nodes.get(id)?.parent) {
    const loop = nodes.get(id)
    if (!loop || around.includes(loop)) break
    around.unshift(loop)
  }
  let roots: LoopRoots = {}
  const members: JsonText[] = []
  for (const loop of around) {
    const item = loop.type === 'forEach' ? firstItem(loop, withRoots(scope, roots)) : undefined
    const facts: LoopRoots = {
      index: '0',
      ...(item === undefined ? {} : { item }),
      ...(loop.type === 'repeat' ? { previous: 'null' } : {}),
    }
    members.push(
      `${JSON.stringify(loop.id)}:{${Object.entries(facts)
        .map(([name, text]) => `"${name}":${text}`)
        .join(',')}}`,
    )
    roots = { ...facts, loops: `{${members.join(',')}}` }
  }
  return roots
}

/** The scope with what a loop adds to it. */
export function withRoots(scope: ExpressionScope, roots: LoopRoots): ExpressionScope {
  return {
    ...scope,
    root(name) {
      if (name === 'item' || name === 'index' || name === 'previous' || name === 'loops') return roots[name]
      return scope.root(name)
    },
  }
}

function firstItem({ params }: FlowNode, scope: ExpressionScope): JsonText | undefined {
  const { items, batchSize } = params
  try {
    const list = (typeof items === 'string' ? renderTemplate(items, scope) : JSON.stringify(items ?? null)).trim()
    if (!list.startsWith('[')) return undefined
    const elements = elementsOf(list)
    if (typeof batchSize === 'number' && batchSize > 1) return `[${elements.slice(0, batchSize).join(',')}]`
    return elements[0]
  } catch {
    // Its list can't be worked out on these samples: there is no item to show.
    return undefined
  }
}
