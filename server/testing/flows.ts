import { z } from 'zod'
import type { TestServer } from './test-server.ts'

const Made = z.object({ id: z.string(), endpoints: z.array(z.object({ url: z.string() })) })

type Headers = { [name: string]: string }
type Node = { id: string; type: string; params?: object; settings?: object; name?: string }

/** Steps one after the other, each with a line to the next. */
export function chain(...nodes: Node[]): object {
  return { nodes, edges: nodes.slice(1).map((node, index) => ({ source: nodes[index]?.id, target: node.id })) }
}

export async function createFlow(server: TestServer, headers: Headers, document: object): Promise<{ id: string; url: string }> {
  const sent = await server.send('/api/v1/flows', { method: 'POST', headers, body: { document } })
  if (sent.status !== 201) throw new Error(`The flow could not be made: ${sent.text}`)
  const { id, endpoints } = Made.parse(sent.json)
  const [endpoint] = endpoints
  return { id, url: endpoint === undefined ? '' : new URL(endpoint.url).pathname }
}

export async function publishFlow(server: TestServer, headers: Headers, document: object): Promise<{ id: string; url: string }> {
  const flow = await createFlow(server, headers, document)
  const sent = await server.send(`/api/v1/flows/${flow.id}/publish`, { method: 'POST', headers })
  if (sent.status !== 200) throw new Error(`The flow could not be published: ${sent.text}`)
  return flow
}
