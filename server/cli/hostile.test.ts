import { mkdir, open, rm, symlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { routes } from '#shared/api.ts'
import { makeWorkplace, type Workplace } from './testing/workplace.ts'

// What a server that is not ours, or a folder that is not ours, could try with the machine of whoever pulls it.

let server: Server
let url: string
let document: unknown
let samples: string
let types: string
let pointsTo: string | undefined
const places: Workplace[] = []

const flow = () => ({
  id: 'flow_00000000000000000000000001',
  name: '../../escape',
  revision: 1,
  publishedVersion: null,
  enabled: false,
  paused: false,
  changed: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  document,
  endpoints: [],
})

beforeAll(async () => {
  server = createServer((req, res) => {
    res.setHeader('content-type', 'application/json')
    if (pointsTo !== undefined) res.writeHead(302, { location: pointsTo }).end()
    else if (req.url?.endsWith('/samples')) res.end(samples)
    else if (req.url?.endsWith('/types')) res.end(types)
    else if (/\/(variables|packages)\?/.test(req.url ?? '')) res.end('{"items":[],"nextCursor":null}')
    else if (req.url === `/api/v1${routes.getFlow.path.replace(':id', flow().id)}`) res.end(JSON.stringify(flow()))
    else {
      res.statusCode = 404
      res.end(JSON.stringify({ type: '', title: '', status: 404, detail: 'No.', code: 'not_found', requestId: '' }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  for (const place of places) place.remove()
  await new Promise((resolve) => server.close(resolve))
})

let here: Workplace
beforeEach(() => {
  document = { name: '../../escape', nodes: [{ id: 'price', type: 'code', params: { code: 'export default () => 1' } }] }
  samples = '{"items":[]}'
  pointsTo = undefined
  types = '{"files":[],"steps":{}}'
  here = makeWorkplace({ HOLDFAST_URL: url, HOLDFAST_API_KEY: 'hf_key' })
  places.push(here)
})
const pull = (...args: string[]) => here.holdfast('pull', flow().id, ...args)

describe('a flow from a server that is not ours', () => {
  test.each(['../../outside', '/etc/outside', 'a/b', '..', '.', 'C:\\outside', 'x\u0000y', '__proto__', 'a.ts'])(
    'with a step called %j is refused before anything is written',
    async (id) => {
      document = { nodes: [{ id, type: 'code', params: { code: 'x' } }] }
      expect((await pull('flow')).exitCode).toBe(4)
      expect(await here.files()).toEqual({})
    },
  )

  test('has no say in where its folder is', async () => {
    expect((await pull()).exitCode).toBe(0)
    expect(Object.keys(await here.files())).toContain('escape/flow.json')
  })

  test('can’t choose where samples are written', async () => {
    samples = '{"items":[{"stepId":"../../../outside","value":1},{"stepId":"price","value":2},{"stepId":"__proto__","value":3}]}'
    expect((await pull('flow')).exitCode).toBe(0)
    expect(Object.keys(await here.files('flow/samples'))).toEqual(['price.json'])
  })

  test('can’t keep it busy with an answer that is cut off', async () => {
    samples = '{"items":[{"stepId":"price","value":"'
    expect((await pull('flow')).err).toContain('is not Holdfast')
  })

  test('can’t choose where types are written', async () => {
    const paths = [
      '../outside.d.ts',
      'types/../../outside.d.ts',
      '/etc/outside.d.ts',
      'steps/price.ts',
      'types/a.sh',
      'types/a.d.ts',
    ]
    types = JSON.stringify({ files: paths.map((path) => ({ path, text: 'export {}' })), steps: {} })
    expect((await pull('flow')).exitCode).toBe(0)
    expect(await here.read('flow/steps/price.ts')).toBe('export default () => 1')
    expect(Object.keys(await here.files('flow/types'))).toEqual(['a.d.ts'])
    expect(Object.keys(await here.files()).filter((path) => !path.startsWith('flow/'))).toEqual([])
  })

  test('can’t steer the terminal by its names', async () => {
    document = { name: '\u001b]0;owned\u0007\u001b[2J\u202e', nodes: [] }
    const { out } = await pull('flow')
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u)
  })
})

describe('a folder that is not ours', () => {
  test.each(['steps', 'samples', 'flow.json', 'steps/price.ts', '.holdfast.json', '.holdfast'])(
    'with a symbolic link as %s gets nothing written or read through it',
    async (path) => {
      samples = '{"items":[{"stepId":"price","value":2}]}'
      const outside = makeWorkplace({})
      places.push(outside)
      await outside.write('target', 'untouched')
      await here.write('flow/steps/other.ts', '')
      await mkdir(join(here.dir, 'flow', 'samples'))
      const link = join(here.dir, 'flow', path)
      await rm(link, { recursive: true, force: true })
      await symlink(/\.(ts|json)$/.test(path) ? join(outside.dir, 'target') : outside.dir, link)
      if (path === '.holdfast') await here.write('flow/steps/price.ts', 'mine')
      const { exitCode, err } = await pull('flow', '--force')
      expect(exitCode).toBe(2)
      expect(err).toContain('is a symbolic link')
      expect(await outside.files()).toEqual({ target: 'untouched' })
    },
  )

  test('can’t name files of others as ones to remove', async () => {
    await here.write('keep.txt', 'keep')
    await here.write('flow/README.md', 'keep')
    for (const path of ['../keep.txt', 'README.md', '/etc/passwd', 'steps/../README.md', '.git/config']) {
      const state = { url, flow: flow().id, revision: 1, files: { [path]: 'ca978112' } }
      await here.write('flow/.holdfast.json', JSON.stringify(state))
      const { exitCode, err } = await pull('flow')
      expect(exitCode).toBe(2)
      expect(err).toContain(".holdfast.json can't be read")
    }
    expect(await here.read('keep.txt')).toBe('keep')
    expect(await here.read('flow/README.md')).toBe('keep')
  })

  test('with a folder, a device or a giant where a file belongs is refused', async () => {
    await pull('flow')
    await rm(join(here.dir, 'flow/steps/price.ts'))
    await mkdir(join(here.dir, 'flow/steps/price.ts'))
    expect((await pull('flow')).err).toContain('a file belongs there')
    await rm(join(here.dir, 'flow/steps/price.ts'), { recursive: true })
    const giant = await open(join(here.dir, 'flow/steps/price.ts'), 'w')
    await giant.truncate(65 * 1024 ** 2)
    await giant.close()
    expect((await pull('flow')).err).toContain('is larger than 64 MiB')
  })

  test('with a text that is not UTF-8 is told so, rather than changed', async () => {
    await pull('flow')
    await here.write('flow/steps/price.ts', Uint8Array.of(0xff, 0xfe))
    const { exitCode, err } = await here.holdfast('push', 'flow')
    expect(exitCode).toBe(2)
    expect(err).toContain('is not UTF-8 text')
  })
})

describe('a server', () => {
  test('that is no Holdfast, or points elsewhere, is told apart, and the key goes nowhere else', async () => {
    const seen: (string | undefined)[] = []
    const other = createServer((req, res) => {
      seen.push(req.headers.authorization)
      res.setHeader('content-type', 'text/html').end('<h1>Welcome</h1>')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect((await pull('flow', '--url', otherUrl)).err).toContain('is not Holdfast')
    seen.length = 0
    pointsTo = otherUrl
    expect((await pull('flow')).err).toContain(`points to ${otherUrl}`)
    expect(seen).toEqual([])
    await new Promise((resolve) => other.close(resolve))
  })
})
