import { createServer } from 'node:http'
import { afterAll, beforeAll } from 'vitest'
import { createEgress } from '../../../egress/index.ts'
import { hostile } from '../../testing/hostile.ts'

/** Tells what arrived. */
const outside = createServer((request, response) => {
  const { host, connection } = request.headers
  const sent = [request.headers['content-length'], request.headers['transfer-encoding'] ?? '', host?.split(':')[0], connection]
  request.resume().on('end', () => response.end(JSON.stringify(sent)))
})
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.7', resolve))
  const address = outside.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterAll(() => {
  outside.closeAllConnections()
  outside.close()
})
const wayOut = createEgress({ allowPrivate: ['127.0.0.7/32'], lookup: async () => ['127.0.0.7'] })

hostile('headers that would smuggle a second request are not the code’s to set', {
  code: `export default async () => {
    const reply = await fetch('http://outside.example/', { method: 'POST', body: 'GET /inside HTTP/1.1', headers: { 'Content-Length': '0', 'Transfer-Encoding': 'chunked', Host: 'inside', Connection: 'upgrade' } })
    return reply.json()
  }`,
  answers: (request) => wayOut({ ...request, url: `http://outside.example:${port}/` }),
  gives: ['20', '', 'outside.example', 'keep-alive'],
})
