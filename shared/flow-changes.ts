import { canonicalJson } from './canonical-json.ts'
import type { Flow, FlowNode } from './flow.ts'
import { edgeKey, nameOf } from './flow-names.ts'

export interface FlowChange {
  kind: 'added' | 'removed' | 'changed' | 'lines' | 'flow'
  /** The step it is about, when it still is in the newer document. */
  stepId?: string
  /** As in: *Send message* added. */
  name: string
  what: string
}

/** What a field of a kind of step is called. */
type FieldNames = (type: string, param: string) => string

/** What is different between two documents, in words. Where steps stand on the canvas is no difference. */
export function changesBetween(before: Flow, after: Flow, fieldName: FieldNames = (_type, param) => param): FlowChange[] {
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  const now = new Map(after.nodes.map((node) => [node.id, node]))
  const changes: FlowChange[] = []
  for (const node of after.nodes) {
    const was = old.get(node.id)
    if (was === undefined) changes.push({ kind: 'added', stepId: node.id, name: nameOf(node), what: 'added' })
    else {
      const what = differences(was, node, fieldName)
      if (what.length > 0) changes.push({ kind: 'changed', stepId: node.id, name: nameOf(node), what: what.join(', ') })
    }
  }
  for (const node of before.nodes) if (!now.has(node.id)) changes.push({ kind: 'removed', name: nameOf(node), what: 'removed' })
  const lines = differentLines(before, after)
  if (lines > 0) changes.push({ kind: 'lines', name: 'Lines', what: `${lines} of them changed` })
  if (before.name !== after.name) changes.push({ kind: 'flow', name: after.name, what: `was called ${before.name}` })
  changes.push(...differentSettings(before.settings, after.settings))
  return changes
}

function differences(before: FlowNode, after: FlowNode, fieldName: FieldNames): string[] {
  const what: string[] = []
  if (before.type !== after.type) what.push('is another kind of step')
  if (nameOf(before) !== nameOf(after)) what.push(`was called ${nameOf(before)}`)
  const { disabled: wasOff, ...oldSettings } = before.settings
  const { disabled: isOff, ...settings } = after.settings
  if ((wasOff ?? false) !== (isOff ?? false)) what.push(isOff === true ? 'turned off' : 'turned on')
  if (before.type === after.type && !isSame(before.params, after.params)) {
    const names = new Set([...Object.keys(before.params), ...Object.keys(after.params)])
    const changed = [...names].filter((name) => !isSame(before.params[name], after.params[name]))
    what.push(`${changed.map((name) => fieldName(after.type, name)).join(', ')} changed`)
  }
  if (!isSame(oldSettings, settings)) what.push('options changed')
  if (before.connection !== after.connection) what.push('another connection')
  return what
}

function differentSettings({ egress: old, ...before }: Flow['settings'], { egress, ...after }: Flow['settings']): FlowChange[] {
  return [
    ...(isSame(old, egress)
      ? []
      : [egress === undefined ? 'may call wherever the workspace may' : `may call ${hostsOf(egress.allow)}`]),
    ...(isSame(before, after) ? [] : ['has other settings']),
  ].map((what) => ({ kind: 'flow', name: 'The flow', what }))
}

function hostsOf(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'no host'
  return hosts.length > 3 ? `only ${hosts.slice(0, 3).join(', ')} and ${hosts.length - 3} more` : `only ${hosts.join(', ')}`
}

/** Lines of steps that are in both documents; those of new and removed steps go without saying. */
function differentLines(before: Flow, after: Flow): number {
  const inBoth = new Set(before.nodes.map((node) => node.id).filter((id) => after.nodes.some((node) => node.id === id)))
  const lines = (flow: Flow) =>
    new Set(flow.edges.filter(({ source, target }) => inBoth.has(source) && inBoth.has(target)).map(edgeKey))
  const old = lines(before)
  const now = lines(after)
  const isOnlyInterrupted = (key: string) => !now.has(key) && after.nodes.length > before.nodes.length
  return (
    [...now].filter((key) => !old.has(key)).length + [...old].filter((key) => !now.has(key) && !isOnlyInterrupted(key)).length
  )
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a ?? null) === canonicalJson(b ?? null)
}
