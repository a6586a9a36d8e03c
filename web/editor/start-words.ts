import type { Flow, FlowNode } from '#shared/flow.ts'
import { nameOf } from '#shared/flow-names.ts'
import type { Catalog } from '#shared/manifest.ts'
import { isTrigger } from './exits.ts'
import { scheduleWords } from './schedule-words.ts'

const words: { [type: string]: string } = {
  webhook: 'a web request arrives',
  manual: 'someone starts it by hand',
  event: 'its event is sent',
  form: 'someone sends the form',
  email: 'an e-mail arrives',
  flowCalled: 'another flow calls it',
  flowFailed: 'a flow fails',
  'feed.newItem': 'there is something new in the feed',
  'http.newItems': 'there is something new in the list',
}

/** When the flow runs, to end the sentence "From now on it runs each time …". */
export function startWords(flow: Flow, catalog: Catalog): string {
  const starts = flow.nodes.filter((node) => isTrigger(node, catalog))
  const said = [...new Set(starts.map(wordsOf))]
  if (said.length < 2) return said[0] ?? 'something starts it'
  return `${said.slice(0, -1).join(', ')} or ${said.at(-1) ?? ''}`
}

function wordsOf(node: FlowNode): string {
  if (node.type !== 'schedule') return words[node.type] ?? `“${nameOf(node)}” happens`
  const times = scheduleWords(node.params)
  return times === '' ? 'its time comes' : `its time comes (${times.charAt(0).toLowerCase()}${times.slice(1)})`
}
