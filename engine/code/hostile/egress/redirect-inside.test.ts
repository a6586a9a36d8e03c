import { createServer } from 'node:http'
import { afterAll, beforeAll, expect } from 'vitest'
import { createEgress } from '../../../egress/index.ts'
import { hostile } from '../../testing/hostile.ts'

/** Stands for a host outside, which sends whoever comes to the inside. */
const outside = createServer((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.7', resolve))
  const address = outside.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterAll(() => outside.close())
const wayOut = createEgress({ allowPrivate: ['127.0.0.7/32'], lookup: async () => ['127.0.0.7'] })

hostile('a redirect to the inside is refused', {
  code: `export default async () => {
    return (await fetch('http://outside.example/')).status
  }`,
  answers: (request) => wayOut({ ...request, url: `http://outside.example:${port}/` }),
  endsAs: 'egress_denied',
  saying: '127.0.0.1',
  then: ({ calls }) => expect(calls).toHaveLength(1),
})
