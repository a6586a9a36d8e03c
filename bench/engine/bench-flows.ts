import { catalogFrom, type NodeType } from '#shared/manifest.ts'
import { compile } from '#shared/compile.ts'
import { coreNodeTypes } from '#shared/core-nodes.ts'
import { Flow } from '#shared/flow.ts'
import type { Plan } from '#shared/plan.ts'

const trivial: NodeType = {
  type: 'bench.trivial',
  role: 'step',
  runs: 'action',
  family: 'app',
  title: 'Trivial',
  description: 'Answers at once; stands for any call with an effect',
  icon: 'zap',
  keywords: [],
  params: { type: 'object', properties: { value: { expression: true } } },
  handles: ['out'],
  effect: true,
  defaults: {},
  settings: { maxAttempts: 3, timeoutMs: 60_000 },
}

/** Webhook → set → respond: nothing in it touches the outside. */
export function pureSteps(): Plan {
  return planOf({
    nodes: [
      { id: 'trigger', type: 'webhook', params: { path: 'pure', respond: 'respondStep' } },
      { id: 'answer', type: 'set', params: { values: { total: '{{ trigger.body.qty * 7 }}' } } },
      { id: 'reply', type: 'respond', params: { body: '{{ steps.answer }}' } },
    ],
    edges: [
      { source: 'trigger', target: 'answer' },
      { source: 'answer', target: 'reply' },
    ],
  })
}

/** A trigger and so many steps with an effect, one after another: each waits for the one before to be durable. */
export function stepsInARow(count: number): Plan {
  const ids = Array.from({ length: count }, (_, n) => `step${n + 1}`)
  return planOf({
    nodes: [
      { id: 'trigger', type: 'manual' },
      ...ids.map((id, index) => ({
        id,
        type: 'bench.trivial',
        params: { value: index === 0 ? '{{ trigger.body }}' : `{{ steps.${ids[index - 1]}.value }}` },
      })),
    ],
    edges: ids.map((id, index) => ({ source: index === 0 ? 'trigger' : ids[index - 1], target: id })),
  })
}

const catalog = catalogFrom([...coreNodeTypes, trivial])

export function planOf(document: object): Plan {
  return compiled(document).plan
}

/** The plan of a flow as it is saved, and how long compiling it took, reading it aside. */
export function compiled(document: object): { plan: Plan; tookMs: number } {
  const flow = Flow.parse(document)
  const began = performance.now()
  const { plan, problems } = compile(flow, catalog)
  const tookMs = performance.now() - began
  if (!plan) throw new Error(problems.map((problem) => problem.message).join('\n'))
  return { plan, tookMs }
}
