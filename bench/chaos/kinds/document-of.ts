import type { FlowPlace } from './kind.ts'
import type { LedgerManners } from '../ledger/ledger-call.ts'

/** A step in short: `after` names what leads to it, as `id` or `id:handle`; none for the first of a loop's body. */
export interface Sketch {
  type: string
  after?: string[]
  params?: object
  settings?: object
  parent?: string
}

/** A document from its trigger and steps, written in order. */
export function documentOf(name: string, trigger: object, steps: { [id: string]: Sketch }, settings: object = {}): object {
  return {
    schema: 1,
    name,
    nodes: [
      { id: 'trigger', position: { x: 0, y: 0 }, ...trigger },
      ...Object.entries(steps).map(([id, { type, params = {}, settings: own, parent }], index) => ({
        id,
        type,
        name: id,
        position: { x: 0, y: 100 * (index + 1) },
        params,
        ...(own === undefined ? {} : { settings: own }),
        ...(parent === undefined ? {} : { parent }),
      })),
    ],
    edges: Object.entries(steps).flatMap(([target, { after = [] }]) =>
      after.map((text) => {
        const [source, sourceHandle] = text.split(':')
        return { source, target, ...(sourceHandle === undefined ? {} : { sourceHandle }) }
      }),
    ),
    settings,
  }
}

export function webhook(kind: string, respond: 'immediately' | 'whenFinished' | 'respondStep' = 'immediately'): object {
  return { type: 'webhook', params: { path: `chaos-${kind}`, methods: ['POST'], respond } }
}

export const manual = { type: 'manual', params: {} }

/** Enough attempts for any number of refusals, and soon after each other. */
const patient = { retry: { maxAttempts: 20, minDelayMs: 100, maxDelayMs: 800, factor: 2 } }

/** A step that calls the ledger. */
export function call(
  place: FlowPlace,
  step: string,
  after: string[],
  more: { manners?: LedgerManners; body?: unknown; settings?: object; parent?: string } = {},
): Sketch {
  return {
    type: 'http.request',
    after,
    params: { method: 'POST', url: place.ledger(step, more.manners), body: more.body ?? { step } },
    settings: { ...patient, ...more.settings },
    ...(more.parent === undefined ? {} : { parent: more.parent }),
  }
}

export function output(after: string[], value: unknown, settings?: object): Sketch {
  return { type: 'output', after, params: { value }, ...(settings === undefined ? {} : { settings }) }
}
