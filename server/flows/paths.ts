import { randomBytes } from 'node:crypto'
import type { Endpoint } from '#shared/api.ts'
import type { Flow, FlowNode } from '#shared/flow.ts'
import { hasOwnAddress } from '#shared/own-address.ts'
import type { HeldPath } from '../db/hold-draft-paths.ts'
import type { Settings } from '../deps.ts'

/** What the end of a trigger's address looks like. */
export const pathPattern = /^[A-Za-z0-9_-]{1,128}$/
/** What stands before the @: short as mail wants it, and small letters only, as it is the same however it is written. */
export const mailPathPattern = /^[a-z0-9_-]{1,64}$/

const patterns: { readonly [kind in HeldPath['kind']]: RegExp } = {
  webhook: pathPattern,
  form: pathPattern,
  email: mailPathPattern,
}

function kindOf({ type }: { type: string }): HeldPath['kind'] | undefined {
  return type === 'webhook' || type === 'form' || type === 'email' ? type : undefined
}

function isMissing(node: FlowNode): boolean {
  return hasOwnAddress(node.type) && (node.params['path'] === undefined || node.params['path'] === '')
}

/**
 * Gives every trigger that listens and names no path one of its own: what it had in the draft before, else a random
 * one nobody can guess.
 */
export function assignPaths(flow: Flow, before: Flow | undefined): Flow {
  if (!flow.nodes.some(isMissing)) return flow
  const previous = new Map(before?.nodes.filter(({ type }) => hasOwnAddress(type)).map((node) => [node.id, node.params['path']]))
  const nodes = flow.nodes.map((node) => {
    const kind = kindOf(node)
    if (kind === undefined || !isMissing(node)) return node
    const had = previous.get(node.id)
    const path = typeof had === 'string' && patterns[kind].test(had) ? had : randomPath(kind)
    return { ...node, params: { ...node.params, path } }
  })
  return { ...flow, nodes }
}

function randomPath(kind: HeldPath['kind']): string {
  return randomBytes(16).toString(kind === 'email' ? 'hex' : 'base64url')
}

/** The paths a flow's triggers listen on, the first trigger of each; of a draft or of a plan. */
export function pathsOf(triggers: readonly { id: string; type: string; params: { [name: string]: unknown } }[]): HeldPath[] {
  const paths = new Map<string, HeldPath>()
  for (const trigger of triggers) {
    const kind = kindOf(trigger)
    const { path } = trigger.params
    if (kind !== undefined && typeof path === 'string' && patterns[kind].test(path) && !paths.has(path))
      paths.set(path, { path, kind, nodeId: trigger.id })
  }
  return [...paths.values()]
}

/** Where the triggers of a draft can be reached. */
export function endpointsOf(flow: Flow, { hooksUrl, mail }: Pick<Settings, 'hooksUrl' | 'mail'>): Endpoint[] {
  const urls = {
    webhook: (path: string) => `${hooksUrl}/hooks/${path}`,
    form: (path: string) => `${hooksUrl}/forms/${path}`,
    email: (path: string) => `mailto:${path}@${mail.domains[0] ?? ''}`,
  }
  return pathsOf(flow.nodes).map(({ path, kind, nodeId }) => ({
    nodeId,
    kind,
    url: urls[kind](path),
    ...(kind === 'email' ? { listening: mail.isOn } : {}),
  }))
}
