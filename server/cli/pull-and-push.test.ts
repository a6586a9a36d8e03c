import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { putPackage } from '../db/put-package.ts'
import { createFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { makeWorkplace, type Workplace } from './testing/workplace.ts'

let server: TestServer
let headers: { authorization: string }
let places: Workplace[]

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['build'])
  places = []
})
afterAll(async () => {
  for (const place of places) place.remove()
  await server.stop()
})

const keyOf = ({ authorization }: { authorization: string }) => authorization.slice('Bearer '.length)

function machine(environment: { [name: string]: string } = {}): Workplace {
  const place = makeWorkplace({ HOLDFAST_URL: server.url, HOLDFAST_API_KEY: keyOf(headers), ...environment })
  places.push(place)
  return place
}

const price = 'export default async ({ trigger }) => {\n  return { total: trigger.body.qty * 7 }\n}\n'
const orders = () => ({
  name: 'Order intake',
  nodes: [
    { id: 'start', type: 'manual' },
    { id: 'price', type: 'code', name: 'Work out the price', params: { code: price } },
    { id: 'tell', type: 'set', params: { values: { text: 'It costs {{ steps.price.total }}' } } },
  ],
  edges: [
    { source: 'start', target: 'price' },
    { source: 'price', target: 'tell' },
  ],
})

const api = (method: string, path: string, body?: unknown) =>
  server.send(`/api/v1/flows/${path}`, { method, headers, ...(body === undefined ? {} : { body }) })

/** What somebody does in the browser meanwhile. */
async function editInBrowser(id: string, patch: object[]): Promise<void> {
  const { json } = await api('GET', id)
  const { status } = await api('PATCH', `${id}/draft`, { revision: json['revision'], patch })
  expect(status).toBe(200)
}
const setCode = (code: string) => ({ op: 'replace', path: '/nodes/1/params/code', value: code })

let id: string
let here: Workplace
beforeEach(async () => {
  ;({ id } = await createFlow(server, headers, orders()))
  here = machine()
})

describe('pulling a flow', () => {
  test('writes it as flow.json and a file for the text of each code step', async () => {
    const { exitCode, out } = await here.holdfast('pull', id)
    expect(exitCode).toBe(0)
    expect(out).toContain('Order intake, revision 1, is in order-intake.')
    expect(Object.keys(await here.files('order-intake')).toSorted()).toEqual([
      '.gitattributes',
      '.gitignore',
      '.holdfast.json',
      '.prettierignore',
      '.prettierrc',
      'flow.json',
      'steps/price.ts',
      'tsconfig.json',
      'types/flow.ts',
      'types/price.d.ts',
      'types/sandbox.d.ts',
      'types/workspace.d.ts',
    ])
    expect(await here.read('order-intake/steps/price.ts')).toBe(price)
    expect(JSON.parse(await here.read('order-intake/flow.json'))).toMatchObject({
      name: 'Order intake',
      nodes: [{}, { id: 'price', params: { code: 'steps/price.ts' } }, {}],
    })
    expect(await here.read('order-intake/.holdfast.json')).not.toContain(keyOf(headers))
  })

  test('gives the same bytes on two machines, and again after it was pushed unchanged', async () => {
    await here.holdfast('pull', id, 'flow')
    const before = await here.files('flow')
    const other = machine()
    await other.holdfast('pull', id, 'flow')
    expect(await other.files('flow')).toEqual(before)
    expect((await here.holdfast('push', 'flow')).out).toContain('Nothing is different')
    await here.holdfast('pull', 'flow')
    expect(await here.files('flow')).toEqual(before)
  })

  test('finds it by its name, and asks which one when there are several', async () => {
    await editInBrowser(id, [{ op: 'replace', path: '/name', value: 'Only one of this name' }])
    expect((await here.holdfast('pull', 'only one of this name', 'flow')).exitCode).toBe(0)
    const { id: other } = await createFlow(server, headers, { ...orders(), name: 'Only one of this name' })
    const { exitCode, err } = await here.holdfast('pull', 'Only one of this name', 'second')
    expect(exitCode).toBe(2)
    expect(err).toContain(id)
    expect(err).toContain(other)
  })

  test('brings samples to the letter, laid out for reading', async () => {
    await server.send(`/api/v1/flows/${id}/samples/start`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"value":{"b":12345678901234567890,"a":[],"t":"a\\u0041"}}',
    })
    await here.holdfast('pull', id, 'flow')
    expect(await here.read('flow/samples/start.json')).toBe('{\n  "b": 12345678901234567890,\n  "a": [],\n  "t": "a\\u0041"\n}\n')
  })

  test('brings the shared values of the workspace, for tests', async () => {
    for (const [name, value] of [
      ['rate', 7],
      ['greeting', 'hello'],
    ]) {
      const sent = await server.send('/api/v1/variables', { method: 'POST', headers, body: { name, value } })
      expect(sent.status).toBe(201)
    }
    await here.holdfast('pull', id, 'flow')
    expect(await here.read('flow/vars.json')).toBe('{\n  "greeting": "hello",\n  "rate": 7\n}\n')
    await here.write('flow/steps/price.ts', 'export default ({ vars }) => ({ total: vars.rate * 6 })')
    await here.write('flow/samples/price.json', '{"total":42}')
    expect((await here.holdfast('test', 'flow')).out).toContain('1 passed')
    for (const name of ['rate', 'greeting']) await server.send(`/api/v1/variables/${name}`, { method: 'DELETE', headers })
  })

  test('names the packages that the code imports, as the workspace has them', async () => {
    for (const name of ['tiny', 'another'])
      await putPackage(server.database.pool, {
        ...{ workspaceId: server.workspaceId, name, version: '1.2.3', installId: 'none' },
        ...{ description: '', license: '', addedBy: 'somebody' },
      })
    await editInBrowser(id, [setCode("import { seven } from 'tiny/seven'\nexport default () => seven")])
    await here.holdfast('pull', id, 'flow')
    expect(JSON.parse(await here.read('flow/package.json'))).toEqual({ private: true, dependencies: { tiny: '1.2.3' } })
  })

  test('brings what was changed on the server, and leaves alone what was changed here only', async () => {
    await here.holdfast('pull', id, 'flow')
    await here.write('flow/steps/price.ts', `${price}// mine\n`)
    await here.write('flow/notes.md', 'mine too')
    await editInBrowser(id, [{ op: 'replace', path: '/name', value: 'Orders' }])
    const { exitCode, out } = await here.holdfast('pull', 'flow')
    expect(exitCode).toBe(0)
    expect(out).toContain('steps/price.ts was changed here and stays as it is.')
    expect(await here.read('flow/steps/price.ts')).toBe(`${price}// mine\n`)
    expect(await here.read('flow/notes.md')).toBe('mine too')
    expect(await here.read('flow/flow.json')).toContain('"name": "Orders"')
    // What was changed here goes on top of what was changed there.
    expect((await here.holdfast('push', 'flow')).exitCode).toBe(0)
    expect((await api('GET', id)).json).toMatchObject({
      document: { name: 'Orders', nodes: [{}, { params: { code: `${price}// mine\n` } }, {}] },
    })
  })

  test('writes nothing when both sides changed a file, and says what differs', async () => {
    await here.holdfast('pull', id, 'flow')
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    await editInBrowser(id, [setCode(price.replace('7', '9')), { op: 'replace', path: '/name', value: 'Orders' }])
    const before = await here.files('flow')
    const { exitCode, out } = await here.holdfast('pull', 'flow')
    expect(exitCode).toBe(3)
    expect(out).toContain('steps/price.ts was changed here and on the server (yours → theirs: +1 −1 lines)')
    expect(out).toContain('-   return { total: trigger.body.qty * 8 }')
    expect(out).toContain('+   return { total: trigger.body.qty * 9 }')
    expect(await here.files('flow')).toEqual(before)
  })

  test('with --merge puts the server’s version beside, and nothing is pushed until it is dealt with', async () => {
    await here.holdfast('pull', id, 'flow')
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    await editInBrowser(id, [setCode(price.replace('7', '9'))])
    expect((await here.holdfast('pull', 'flow', '--merge')).exitCode).toBe(3)
    expect(await here.read('flow/steps/price.ts')).toBe(price.replace('7', '8'))
    expect(await here.read('flow/steps/price.ts.theirs')).toBe(price.replace('7', '9'))
    const refused = await here.holdfast('push', 'flow')
    expect(refused.exitCode).toBe(3)
    expect(refused.err).toContain('steps/price.ts.theirs is still there')
    await here.write('flow/steps/price.ts', price.replace('7', '8 + 9'))
    await rm(`${here.dir}/flow/steps/price.ts.theirs`)
    expect((await here.holdfast('push', 'flow')).exitCode).toBe(0)
    expect((await api('GET', id)).json).toMatchObject({
      document: { nodes: [{}, { params: { code: price.replace('7', '8 + 9') } }, {}] },
    })
  })

  test('with --force takes the server’s version and puts what was here aside', async () => {
    await here.holdfast('pull', id, 'flow')
    await here.write('flow/steps/price.ts', 'mine')
    const { exitCode, out } = await here.holdfast('pull', 'flow', '--force')
    expect(exitCode).toBe(0)
    expect(await here.read('flow/steps/price.ts')).toBe(price)
    const copy = /kept in (\S+)\./.exec(out)?.[1] ?? ''
    expect(await here.read(`flow/${copy}`)).toBe('mine')
  })

  test('removes the file of a step that is gone, unless it was changed here', async () => {
    await here.holdfast('pull', id, 'flow')
    await editInBrowser(id, [
      { op: 'add', path: '/nodes/-', value: { id: 'second', type: 'code', params: { code: 'export default () => 2' } } },
    ])
    await here.holdfast('pull', 'flow')
    await here.write('flow/steps/price.ts', 'mine')
    await editInBrowser(id, [
      { op: 'replace', path: '/nodes', value: [{ id: 'start', type: 'manual' }] },
      { op: 'replace', path: '/edges', value: [] },
    ])
    const { out } = await here.holdfast('pull', 'flow')
    expect(out).toContain('steps/second.ts removed')
    expect(out).toContain('steps/price.ts belongs to no step any more; it was changed here, so it stays.')
    expect(Object.keys(await here.files('flow/steps'))).toEqual(['price.ts'])
  })

  test('puts back a file that was deleted here', async () => {
    await here.holdfast('pull', id, 'flow')
    await rm(`${here.dir}/flow/steps/price.ts`)
    expect((await here.holdfast('push', 'flow')).err).toContain('steps/price.ts is not there')
    await here.holdfast('pull', 'flow')
    expect(await here.read('flow/steps/price.ts')).toBe(price)
  })

  test('does not mix two flows in one folder', async () => {
    const { id: other } = await createFlow(server, headers, orders())
    await here.holdfast('pull', id, 'flow')
    const { exitCode, err } = await here.holdfast('pull', other, 'flow')
    expect(exitCode).toBe(2)
    expect(err).toContain('holds another flow')
  })
})

describe('pushing a flow', () => {
  beforeEach(async () => {
    await here.holdfast('pull', id, 'flow')
  })

  test('says what is different in words, and saves the draft', async () => {
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    const { exitCode, out } = await here.holdfast('push', 'flow')
    expect(exitCode).toBe(0)
    expect(out).toContain('Work out the price: code changed (+1 −1 lines of code)')
    expect(out).toContain('Saved as the draft, revision 2.')
    expect((await here.holdfast('push', 'flow')).out).toContain('Nothing is different')
    expect((await api('GET', id)).json).toMatchObject({ revision: 2 })
  })

  test('names the place of each problem in the files', async () => {
    await here.write('flow/steps/price.ts', 'export default async () => {\n  return {\n}\n')
    const flow = await here.read('flow/flow.json')
    await here.write('flow/flow.json', flow.replace('steps.price.total', 'steps.nothing.total'))
    const { exitCode, out } = await here.holdfast('push', 'flow', '--dry-run')
    expect(exitCode).toBe(1)
    expect(out).toMatch(/^steps\/price\.ts:4:1 \S/m)
    const line = flow.split('\n').findIndex((text) => text.includes('steps.price.total')) + 1
    expect(out).toMatch(new RegExp(`^flow\\.json:${line}:19 .*tell`, 'm'))
    expect((await api('GET', id)).json).toMatchObject({ revision: 1 })
  })

  test('refuses to save over what somebody else saved, and says which files they changed', async () => {
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    await editInBrowser(id, [setCode(price.replace('7', '9'))])
    const { exitCode, out } = await here.holdfast('push', 'flow')
    expect(exitCode).toBe(3)
    expect(out).toContain('revision 1 → 2')
    expect(out).toContain('  steps/price.ts\n')
    expect(out).toContain('holdfast pull')
    expect((await api('GET', id)).json).toMatchObject({
      document: { nodes: [{}, { params: { code: price.replace('7', '9') } }, {}] },
    })
  })

  test('is told when somebody saves at that very moment', async () => {
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    // Lets somebody else be quicker, once the push has looked at the draft.
    const between = createServer((req, res) => {
      const chunks: Buffer[] = []
      req.on('data', (chunk: Buffer) => chunks.push(chunk))
      req.on('end', async () => {
        if (req.method === 'PUT') await editInBrowser(id, [setCode(price.replace('7', '9'))])
        const {
          status,
          text,
          headers: answered,
        } = await server.send(req.url ?? '', {
          method: req.method ?? 'GET',
          headers: { ...headers, 'content-type': 'application/json' },
          ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
        })
        res.writeHead(status, { 'content-type': answered['content-type'] }).end(text)
      })
    })
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`
    const { exitCode, err } = await here.holdfast('push', 'flow', '--url', url)
    await new Promise((resolve) => between.close(resolve))
    expect(exitCode).toBe(3)
    expect(err).toContain('at this very moment; nothing was uploaded')
    expect(JSON.parse(await here.read('flow/.holdfast.json'))).toMatchObject({ revision: 1 })
  })

  test('with --force saves over it, and keeps what was there', async () => {
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    await editInBrowser(id, [setCode(price.replace('7', '9'))])
    const { exitCode, out } = await here.holdfast('push', 'flow', '--force')
    expect(exitCode).toBe(0)
    const copy = /kept in (\S+)\./.exec(out)?.[1] ?? ''
    expect(await here.read(`flow/${copy}`)).toContain('qty * 9')
    expect((await api('GET', id)).json).toMatchObject({
      document: { nodes: [{}, { params: { code: price.replace('7', '8') } }, {}] },
    })
  })

  test('goes on when both sides came to the same', async () => {
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    await editInBrowser(id, [setCode(price.replace('7', '8'))])
    expect((await here.holdfast('push', 'flow')).exitCode).toBe(0)
    expect(JSON.parse(await here.read('flow/.holdfast.json'))).toMatchObject({ revision: 2 })
  })

  test('publishes when asked to, unless problems are in the way', async () => {
    await here.write('flow/steps/price.ts', price.replace('7', '8'))
    const done = await here.holdfast('push', 'flow', '--publish', 'Eight each', '--json')
    expect(done.exitCode).toBe(0)
    expect(JSON.parse(done.out)).toMatchObject({ uploaded: true, published: 1, revision: 2 })
    expect((await api('GET', `${id}/versions/1`)).json).toMatchObject({ comment: 'Eight each' })
    await here.write('flow/steps/price.ts', 'export const nothing = 1')
    const stopped = await here.holdfast('push', 'flow', '--publish', 'Broken')
    expect(stopped.exitCode).toBe(1)
    expect(stopped.out).toContain('Not published')
    expect((await api('GET', id)).json).toMatchObject({ revision: 3, publishedVersion: 1 })
  })

  test('takes a new step, and brings back what the server adds to it', async () => {
    const flow: { nodes: object[]; edges: object[] } = JSON.parse(await here.read('flow/flow.json'))
    flow.nodes.push({ id: 'hook', type: 'webhook', params: {} }, { id: 'more', type: 'code', params: { code: 'steps/more.ts' } })
    flow.edges.push({ source: 'hook', target: 'more' })
    await here.write('flow/flow.json', JSON.stringify(flow))
    await here.write('flow/steps/more.ts', 'export default () => 1')
    const { exitCode, out } = await here.holdfast('push', 'flow')
    expect(exitCode).toBe(0)
    expect(out).toContain('more: added')
    const text = await here.read('flow/flow.json')
    expect(text).toMatch(/"path": "\S{20,}"/)
    const other = machine()
    await other.holdfast('pull', id, 'flow')
    expect(await other.files('flow')).toEqual(await here.files('flow'))
  })

  test('takes the file of a step away that was taken out of the flow, unless it was changed', async () => {
    const flow: { nodes: object[]; edges: object[] } = JSON.parse(await here.read('flow/flow.json'))
    const without = JSON.stringify({ ...flow, nodes: [flow.nodes[0]], edges: [] })
    await here.write('flow/flow.json', without)
    expect((await here.holdfast('push', 'flow')).out).toContain('steps/price.ts removed, as its step is gone.')
    expect(await here.files('flow/steps')).toEqual({})
    await here.holdfast('pull', 'flow')
    await editInBrowser(id, [{ op: 'add', path: '/nodes/-', value: { id: 'price', type: 'code', params: { code: price } } }])
    await here.holdfast('pull', 'flow')
    await here.write('flow/steps/price.ts', 'mine')
    await here.write('flow/flow.json', without)
    expect((await here.holdfast('push', 'flow')).out).toContain('it was changed here, so it stays')
    expect(await here.read('flow/steps/price.ts')).toBe('mine')
  })

  test('takes nothing that would get lost, and no code from elsewhere', async () => {
    const text = await here.read('flow/flow.json')
    await here.write('flow/flow.json', text.replace('"name": "Work out the price"', '"nmae": "Work out the price"'))
    const lost = await here.holdfast('push', 'flow')
    expect(lost.exitCode).toBe(2)
    expect(lost.err).toContain('"nodes[1].nmae"')
    await here.write('flow/flow.json', text.replace('steps/price.ts', '../../etc/passwd'))
    const elsewhere = await here.holdfast('push', 'flow')
    expect(elsewhere.exitCode).toBe(2)
    expect(elsewhere.err).toContain('"code": "steps/price.ts"')
  })
})

describe('settings', () => {
  const failing = async (place: Workplace, ...args: string[]) => {
    const { exitCode, err } = await place.holdfast(...args)
    return `${exitCode}: ${err}`
  }

  test('that are missing or wrong are named with the next step', async () => {
    expect(await failing(machine({ HOLDFAST_API_KEY: '' }), 'pull', id)).toMatch(/^2: No API key is set.*HOLDFAST_API_KEY/)
    expect(await failing(machine({ HOLDFAST_API_KEY: 'hf_wrong' }), 'pull', id)).toMatch(/^4: .*does not know this key/)
    expect(await failing(here, 'pull', 'flow_00000000000000000000000000')).toMatch(/^4: There is no flow/)
    expect(await failing(machine({ HOLDFAST_URL: 'http://127.0.0.1:9' }), 'pull', id)).toMatch(
      /^4: No server answers at http:\/\/127/,
    )
    expect(await failing(machine({ HOLDFAST_URL: 'ftp://x' }), 'pull', id)).toMatch(/^2: "ftp:\/\/x" is no address/)
    expect(await failing(here, 'push')).toMatch(/^2: .*holds no flow yet/)
    expect(await failing(here, 'fetch')).toMatch(/^2: There is no command "fetch"/)
    expect(await failing(here, 'pull', id, '--dry-run')).toMatch(/^2: `holdfast pull` has no option --dry-run/)
  })

  test('what the disk refuses is said in one line', async () => {
    expect(await failing(here, 'pull', id, '/dev/null/holdfast')).toMatch(/^2: The disk refuses: [^\n]+\n$/)
  })

  test('a key that may not build is told what it lacks', async () => {
    const reader = machine({ HOLDFAST_API_KEY: keyOf(await server.makeKey(['read'])) })
    expect((await reader.holdfast('pull', id, 'flow')).exitCode).toBe(0)
    await reader.write('flow/steps/price.ts', 'export default () => 1')
    expect(await failing(reader, 'push', 'flow')).toMatch(/^4: .*must be one that may build/)
  })

  test('a folder from elsewhere does not get the key for an address of its own', async () => {
    await here.holdfast('pull', id, 'flow')
    const state = await here.read('flow/.holdfast.json')
    await here.write('flow/.holdfast.json', state.replace(server.url, 'https://attacker.example'))
    const trusting = makeWorkplace({ HOLDFAST_API_KEY: 'hf_secret' })
    places.push(trusting)
    await trusting.write('flow/.holdfast.json', await here.read('flow/.holdfast.json'))
    expect(await failing(trusting, 'pull', 'flow')).toMatch(/^2: This folder belongs to https:\/\/attacker\.example\. If/)
    expect(await failing(here, 'pull', 'flow')).toMatch(
      /^2: This folder belongs to https:\/\/attacker\.example, and HOLDFAST_URL is/,
    )
  })
})
