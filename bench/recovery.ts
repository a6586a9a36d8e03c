import { createServer } from 'node:http'
import { api, startProduct } from './product.ts'

/**
 * Kills the server with SIGKILL while a step's call is under way, starts it again, and says how many milliseconds
 * passed between its start and the repeated call.
 */
export async function measureRecovery(dataDir: string, port: number): Promise<number> {
  const arrivals: number[] = []
  let heard = () => {}
  const outside = createServer((_request, response) => {
    arrivals.push(performance.now())
    heard()
    if (arrivals.length > 1) response.end('{}')
  })
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  const address = outside.address()
  const outsidePort = address && typeof address === 'object' ? address.port : 0
  const nextCall = () => new Promise<void>((resolve) => (heard = resolve))

  const env = { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_EGRESS_PRIVATE: '127.0.0.0/8' }
  const first = await startProduct(port, env)
  const flow = await api<{ id: string }>(first.url, 'POST', '/flows', {
    document: {
      nodes: [
        { id: 'trigger', type: 'manual' },
        { id: 'call', type: 'http.request', params: { method: 'POST', url: `http://127.0.0.1:${outsidePort}/` } },
      ],
      edges: [{ source: 'trigger', target: 'call' }],
    },
  })
  await api(first.url, 'POST', `/flows/${flow.id}/publish`, {})
  const called = nextCall()
  await api(first.url, 'POST', `/flows/${flow.id}/runs`, { input: {} })
  await called
  const repeated = nextCall()
  await first.kill()
  const began = performance.now()
  const second = await startProduct(port, env)
  await repeated
  await second.stop()
  outside.closeAllConnections()
  outside.close()
  return (arrivals.at(-1) ?? Number.NaN) - began
}
