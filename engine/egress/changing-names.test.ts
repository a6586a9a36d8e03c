import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEgress } from './create-egress.ts'

/** Stands for something inside: it remembers who came. */
let visits = 0
let port = 0
const inside = createServer((_, response) => {
  visits++
  response.end('inside')
})
beforeAll(async () => {
  inside.listen(0, '127.0.0.1')
  await once(inside, 'listening')
  const address = inside.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterAll(() => inside.close())

const get = (url: string) => ({ url, method: 'GET', headers: [] })

test.each([
  ['the private one first', ['127.0.0.1', '93.184.216.34']],
  ['the private one last', ['93.184.216.34', '127.0.0.1']],
  ['as an IPv6 address that carries it', ['93.184.216.34', '::ffff:127.0.0.1']],
  ['behind NAT64', ['64:ff9b::7f00:1']],
  ['behind a NAT64 of the network’s own', ['64:ff9b:1::7f00:1']],
  ['with a zone', ['fe80::1%lo']],
  ['as something that is no address', ['localhost']],
  ['in the form of another system', ['0x7f.1']],
])('a name with a private address among others is not called at all: %s', async (_, addresses) => {
  const egress = createEgress({ allowPrivate: [], lookup: async () => addresses })
  await expect(egress(get(`http://two-faced.example:${port}/`))).rejects.toMatchObject({
    code: 'egress_denied',
    retryable: false,
  })
  expect(visits).toBe(0)
})

test('a name that is public for the check and private for the dial has no second chance to answer', async () => {
  // 127.0.0.2 stands for the public address: allowed here, with nobody listening there.
  const answers = ['127.0.0.2', '127.0.0.1']
  const asked: string[] = []
  const egress = createEgress({
    allowPrivate: ['127.0.0.2/32'],
    lookup: async (name) => {
      asked.push(name)
      return [answers.shift() ?? '']
    },
  })
  await expect(egress(get(`http://rebinding.example:${port}/`))).rejects.toMatchObject({ code: 'network_error' })
  expect(asked).toEqual(['rebinding.example'])
  await expect(egress(get(`http://rebinding.example:${port}/`))).rejects.toMatchObject({ code: 'egress_denied' })
  expect(visits).toBe(0)
})

test('a redirect to a name that became private is refused', async () => {
  const away = createServer((_, response) => response.writeHead(302, { location: `http://later.example:${port}/` }).end())
  away.listen(0, '127.0.0.2')
  await once(away, 'listening')
  const address = away.address()
  const awayPort = address !== null && typeof address === 'object' ? address.port : 0
  const egress = createEgress({
    allowPrivate: ['127.0.0.2/32'],
    lookup: async (name) => [name === 'first.example' ? '127.0.0.2' : '127.0.0.1'],
  })
  await expect(egress(get(`http://first.example:${awayPort}/`))).rejects.toMatchObject({
    code: 'egress_denied',
    message: expect.stringContaining('later.example'),
  })
  expect(visits).toBe(0)
  away.close()
})

test.each([
  'metadata.google.internal',
  'METADATA.google.internal.',
  'metadata',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.goog',
])('the name of a metadata service is refused whatever address it has: %s', async (name) => {
  const egress = createEgress({ allowPrivate: [], lookup: async () => ['93.184.216.34'] })
  await expect(egress(get(`http://${name}/latest/meta-data/`))).rejects.toMatchObject({
    code: 'egress_denied',
    message: expect.stringContaining('metadata'),
  })
})

test.each(['169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254'])(
  'so is a name with the address of one: %s',
  async (address) => {
    const egress = createEgress({ allowPrivate: [], lookup: async () => [address] })
    await expect(egress(get('http://innocent.example/'))).rejects.toMatchObject({ code: 'egress_denied' })
  },
)

test('localhost and what is below it are never asked of a resolver', async () => {
  const asked: string[] = []
  const egress = createEgress({
    allowPrivate: [],
    lookup: async (name) => {
      asked.push(name)
      return ['93.184.216.34']
    },
  })
  for (const name of ['localhost', 'LOCALHOST.', 'a.localhost', 'ｌｏｃａｌｈｏｓｔ'])
    await expect(egress(get(`http://${name}/`))).rejects.toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining('this machine itself'),
    })
  expect(asked).toEqual([])
})

test('the refusal names the host, the reason and who can allow it', async () => {
  const egress = createEgress({ allowPrivate: [], lookup: async () => ['10.1.2.3'] })
  await expect(egress(get('http://intranet.example/'))).rejects.toMatchObject({
    message:
      'Calls to intranet.example are not allowed: it is a private address. Whoever runs this server can allow ranges with HOLDFAST_EGRESS_PRIVATE.',
  })
})
