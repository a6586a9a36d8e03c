import { isJsonObject } from '#shared/is-json-object.ts'
import type { Json } from '#shared/json.ts'
import { sliceJson } from '#shared/json-text.ts'
import { append, type Arrival, closeWait, type OwnedRun } from '../run/owned-run.ts'

/** What a person asked of a waiting step happens now, unless it came too late. Taken in twice it counts once. */
export function takeResolution(run: OwnedRun, { path, body }: Arrival): void {
  if (body === null || run.state.end) return
  const asked: Json = JSON.parse(body)
  const node = run.state.nodes.get(path)
  if (!isJsonObject(asked) || !node || node.status !== 'waiting' || node.attempt !== asked['attempt']) return
  if (node.wait?.kind !== 'attention' && node.wait?.kind !== 'inDoubt') return
  const { attempt } = node
  const action = asked['action']
  const by = typeof asked['by'] === 'string' ? asked['by'] : ''
  closeWait(run, path)
  if (action === 'retry' || action === 'skip') {
    append(run, { kind: 'step.resolved', path, attempt, data: { by, action } })
    return
  }
  const output = sliceJson(body, ['output']) ?? 'null'
  const handles = Array.isArray(asked['handles']) ? asked['handles'].filter((handle) => typeof handle === 'string') : ['out']
  append(run, { kind: 'step.resolved', path, attempt, data: { by, action: 'output', handles } }, output)
  run.outputs.set(path, output)
  run.inputs.delete(path)
}
