import { createServer } from 'node:http'
import { afterAll, beforeAll, expect } from 'vitest'
import { createEgress } from '../../../egress/index.ts'
import { hostile } from '../../testing/hostile.ts'

/** Says back whatever it is sent, as some services do in their errors. */
const outside = createServer((request, response) => response.end(JSON.stringify(request.headers)))
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

hostile('a host that says back what it was sent shows the code no secret', {
  code: `export default async (context: any) => {
    const reply = await fetch('http://api.stripe.example/', { headers: { authorization: 'Bearer ' + context.secrets.ref('stripe') } })
    return (await reply.json()).authorization
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  answers: (request) => wayOut({ ...request, url: `http://api.stripe.example:${port}/` }),
  gives: expect.stringContaining('Bearer'),
})
