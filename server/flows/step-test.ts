import { AppError } from '#shared/errors.ts'
import { Flow, type FlowNode } from '#shared/flow.ts'
import { upstreamOf } from '#shared/graph.ts'
import type { Catalog } from '#shared/manifest.ts'

export interface StepTestFlow {
  flow: Flow
  /** The flow as it is drawn. */
  whole: Flow
  /** The triggers whose sample may stand for `trigger`, nearest choice first. */
  triggerIds: string[]
  /** Steps whose samples the tested one may read. */
  upstreamIds: string[]
}

/**
 * The smallest flow in which one step can be compiled and run by itself: whatever is unfinished elsewhere is left out,
 * so that a step can be tested as soon as it is itself complete. Steps before it stand in by name only, since their
 * samples give the data.
 */
export function flowForTest(flow: Flow, stepId: string, catalog: Catalog): StepTestFlow {
  const step = flow.nodes.find((node) => node.id === stepId)
  if (step === undefined)
    throw new AppError('invalid_request', 'The step to test is not in the flow.', {
      errors: [{ path: 'stepId', message: 'Not in the flow' }],
    })
  if (roleOf(step, catalog) !== 'step' && catalog.has(step.type))
    throw new AppError('invalid_request', 'Only steps can be tested. A start gets its sample from a request, or from you.', {
      errors: [{ path: 'stepId', message: 'Not a step' }],
    })
  const upstream = upstreamOf(flow, stepId)
  const triggers = flow.nodes.filter((node) => roleOf(node, catalog) === 'trigger')
  const before = flow.nodes.filter((node) => upstream.has(node.id) && node.id !== stepId && roleOf(node, catalog) !== 'trigger')
  const startId = triggers.find((node) => upstream.has(node.id))?.id ?? triggers[0]?.id ?? freeId(flow)
  const stand = before.map((node) => ({ id: node.id, name: node.name ?? node.id, type: 'set', params: { values: {} } }))
  const { timeoutMs } = step.settings
  const { parent: _parent, settings: _settings, ...alone } = step
  return {
    whole: flow,
    flow: Flow.parse({
      // Where calls may go is the same in a test.
      settings: flow.settings.egress === undefined ? {} : { egress: flow.settings.egress },
      nodes: [{ id: startId, type: 'manual' }, ...stand, { ...alone, settings: timeoutMs === undefined ? {} : { timeoutMs } }],
      edges: [
        ...stand.map((node) => ({ source: startId, target: node.id })),
        ...(stand.length === 0 ? [startId] : stand.map((node) => node.id)).map((source) => ({ source, target: stepId })),
      ],
    }),
    triggerIds: triggers.toSorted((a, b) => Number(upstream.has(b.id)) - Number(upstream.has(a.id))).map((node) => node.id),
    upstreamIds: before.map((node) => node.id),
  }
}

function roleOf(node: FlowNode, catalog: Catalog): 'trigger' | 'step' | 'note' | undefined {
  return catalog.get(node.type)?.role
}

function freeId(flow: Flow): string {
  let id = 'start'
  while (flow.nodes.some((node) => node.id === id)) id += '_'
  return id
}
