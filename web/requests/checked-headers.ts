import type { Flow } from '#shared/flow.ts'
import { isJsonObject } from '#shared/is-json-object.ts'

/** The headers by which the starts of a flow know their senders, where its author named them. */
export function checkedHeaders({ nodes }: Pick<Flow, 'nodes'>): string[] {
  return nodes.flatMap(({ params }) => {
    const verify = params['verify']
    if (!isJsonObject(verify)) return []
    return [verify['header'], verify['timestampHeader']].filter((name) => typeof name === 'string')
  })
}
