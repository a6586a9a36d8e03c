import type { Json } from '#shared/json.ts'
import type { Plan, PlanEdge, PlanStep } from '#shared/plan.ts'
import type { Compiled } from '../engine-api.ts'
import type { CodeBundle } from '../ports.ts'

/** A step in short: `after` names what leads to it, as `id` or `id:handle`. */
export interface StepSketch extends Partial<Omit<PlanStep, 'id' | 'params' | 'incoming' | 'outgoing' | 'retry'>> {
  after: string[]
  params?: { [name: string]: Json }
  retry?: Partial<PlanStep['retry']>
  code?: CodeBundle
}

/** A plan as the compiler would make it, from steps written in plan order. The trigger is `trigger`. */
export function flowOf(steps: { [id: string]: StepSketch }, settings: Plan['settings'] = {}): Compiled {
  const code: { [id: string]: CodeBundle } = {}
  const before: string[] = []
  const planned = Object.entries(steps).map(([id, sketch]): PlanStep => {
    const { after, code: bundle, retry, params = {}, ...rest } = sketch
    if (bundle) code[id] = bundle
    const type = sketch.type ?? 'test.act'
    const runs = sketch.runs ?? (type === 'code' ? 'code' : type.includes('.') ? 'action' : 'engine')
    const step: PlanStep = {
      id,
      type,
      name: id,
      runs,
      effect: runs === 'action',
      params,
      expressions: Object.keys(params).filter((name) => name !== 'condition' && name !== 'cases'),
      retry: { maxAttempts: runs === 'action' ? 3 : 1, factor: 2, minDelayMs: 1000, maxDelayMs: 60_000, jitter: false, ...retry },
      timeoutMs: 60_000,
      onError: 'stop',
      join: 'all',
      cancelRest: false,
      delivery: 'atLeastOnce',
      disabled: false,
      incoming: after.map(edgeFrom),
      outgoing: {},
      reads: before.filter(
        (one) => JSON.stringify([params, sketch.runIf]).includes(`steps.${one}`) || bundle?.code.includes(`steps.${one}`),
      ),
      ...rest,
    }
    before.push(id)
    return step
  })
  for (const step of planned) {
    for (const { source, handle } of step.incoming) {
      const from = planned.find((one) => one.id === source)
      if (from) (from.outgoing[handle] ??= []).push(step.id)
    }
  }
  return {
    plan: { format: 1, triggers: [{ id: 'trigger', type: 'manual', name: 'trigger', params: {} }], steps: planned, settings },
    code,
  }
}

function edgeFrom(text: string): PlanEdge {
  const [source = '', handle = 'out'] = text.split(':')
  return { source, handle }
}
