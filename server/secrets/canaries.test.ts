import { once } from 'node:events'
import { createServer } from 'node:http'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'

// Whatever code does with secrets, they are in no table, no answer and no stream. Each test misuses one canary.

let server: TestServer
let headers: { [name: string]: string }
let port = 0
const written: string[] = []
const logged: string[] = []

/** Sends back all it is sent, in several forms; keeps the last credentials. */
const seen: (string | undefined)[] = []
const echo = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    const { authorization = '' } = request.headers
    seen.push(authorization)
    response
      .setHeader('x-echo', authorization)
      .end(JSON.stringify({ body, authorization, again: btoa(authorization), url: request.url }))
  })
})

const canaries = {
  plain: 'canary-plain-7f3a91c2e',
  odd: 'canary "odd" \\ /+?&=% 8b1d0',
  pin: '90817263544536',
  file: JSON.stringify({ type: 'account', private_key: `-----BEGIN-----\n${'canaryfile'.repeat(5)}\n` }),
  sent: 'canary-sent-55e0aa17f',
}
type Name = keyof typeof canaries

beforeAll(async () => {
  const note = (facts: object, message: string) => void logged.push(message, inspect(facts, { depth: 10, showHidden: true }))
  server = await startTestServer({}, { debug: note, info: note, warn: note, error: note })
  headers = await server.makeKey(['admin'])
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const address = echo.address()
  if (address !== null && typeof address === 'object') port = address.port
  for (const [name, value] of Object.entries(canaries))
    await api('POST', '/secrets', { name, value, hosts: [`127.0.0.1:${port}`] })
})
afterAll(async () => {
  echo.close()
  await server.stop()
})

async function api(method: string, path: string, body?: unknown) {
  const sent = await server.send(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
  written.push(sent.text, JSON.stringify(sent.headers))
  return sent
}

/** Runs code to its end and reads all there is to read of it. */
async function misuse(code: string, settings: object = {}): Promise<{ [key: string]: unknown }> {
  const { id } = await publishFlow(
    server,
    headers,
    chain(
      { id: 'start', type: 'manual' },
      { id: 'code', type: 'code', params: { code }, settings },
      { id: 'later', type: 'set', params: { values: { again: '{{ steps.code }}', text: 'it was {{ steps.code }}' } } },
    ),
  )
  const run = (await api('POST', `/flows/${id}/runs`, { input: { url: `http://127.0.0.1:${port}/` }, wait: 120 })).json
  const runId = String(run['id'])
  await readAll(id, runId)
  return run
}

async function readAll(flowId: string, runId: string): Promise<void> {
  for (const path of ['', '/steps', '/steps/summary', '/logs', '/state']) await api('GET', `/runs/${runId}${path}`)
  await api('GET', `/flows/${flowId}/state`)
  await api('GET', `/runs?flowId=${flowId}`)
  for await (const event of server.engine.streamRun(server.workspaceId, runId, undefined, AbortSignal.timeout(120_000))) {
    written.push(JSON.stringify(event))
    if (event.type === 'run' && event.data.finishedAt !== null) break
  }
}

/** Every table of the database as text, the encrypted column left out. */
async function dump(): Promise<string> {
  const { rows } = await server.database.pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('app', 'engine')`,
  )
  expect(rows.length).toBeGreaterThan(20)
  const texts: string[] = []
  for (const { name } of rows) {
    const found = await server.database.pool.query<{ text: string; bytes: string }>(
      // Bytes are shown as hex: they are looked at as text too.
      `select t::text as text, coalesce((select string_agg(encode(decode(substr(m[1], 1), 'hex'), 'escape'), ' ')
         from regexp_matches(t::text, '\\\\x((?:[0-9a-f]{2})+)', 'g') m), '') as bytes from ${name} t`,
    )
    texts.push(...found.rows.flatMap(({ text, bytes }) => [text, bytes]))
  }
  return texts.join('\n')
}

function formsOf(value: string): string[] {
  const base64 = [0, 1, 2].map((before) =>
    Buffer.from('.'.repeat(before) + value)
      .toString('base64')
      .slice(before === 0 ? 0 : 4, -4),
  )
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    JSON.stringify(JSON.stringify(value)).slice(3, -3),
    encodeURIComponent(value),
    new URLSearchParams({ v: value }).toString().slice(2),
    Buffer.from(value).toString('hex'),
    ...base64,
  ]
}

async function expectNowhere(...names: Name[]): Promise<void> {
  const everything = [await dump(), ...written, ...logged].join('\n')
  for (const name of names)
    for (const form of formsOf(canaries[name]))
      // The text itself would be a canary in a log.
      expect({ name, form: formsOf(canaries[name]).indexOf(form), isThere: everything.includes(form) }).toEqual({
        name,
        form: formsOf(canaries[name]).indexOf(form),
        isThere: false,
      })
}

const get = (name: Name) => `await secrets.get('${name}')`

test.each<[string, string, Name]>([
  ['returned', `return ${get('plain')}`, 'plain'],
  ['returned as a key', `return { [${get('odd')}]: 1 }`, 'odd'],
  [
    'returned deep inside',
    `const key = ${get('odd')}; return { a: [{ b: 'x' + key + 'y' }], json: JSON.stringify({ key }) }`,
    'odd',
  ],
  ['returned as a number', `return { pin: Number(${get('pin')}) }`, 'pin'],
  [
    'returned in base64',
    `const key = ${get('plain')}; return [btoa(key), btoa('a' + key), btoa('ab' + key), Buffer.from(key).toString('hex')]`,
    'plain',
  ],
  [
    'returned for an address',
    `const key = ${get('odd')}; return [encodeURIComponent(key), String(new URLSearchParams({ key })), 'https://x.example/?' + new URLSearchParams({ key })]`,
    'odd',
  ],
  [
    'returned in a large answer',
    `const key = ${get('plain')}; return Array.from({ length: 20000 }, (_, i) => 'line ' + i + (i % 5000 === 0 ? key : ''))`,
    'plain',
  ],
  [
    'logged',
    `const key = ${get('odd')}; log(key, { key }); console.error(new Error(key), [key], { [key]: key }); console.table({ key }); return 1`,
    'odd',
  ],
  [
    'logged at the end of a long line',
    `const key = ${get('plain')}; for (let i = 0; i < 20; i++) log('x'.repeat(8 * 1024 - i) + key); return 1`,
    'plain',
  ],
  [
    'logged inside an object that is shortened',
    `const key = ${get('plain')}; console.log({ a: 'x'.repeat(8 * 1024 - 30) + key }); return 1`,
    'plain',
  ],
  ['counted', `const key = ${get('plain')}; metric('calls', 1, { key, [key]: 'yes' }); return 1`, 'plain'],
  [
    'kept with the flow',
    `const key = ${get('odd')}; await state.set('last', { key }); await once('x', () => key); return await state.get('last')`,
    'odd',
  ],
  [
    'the name of what is kept',
    `const key = ${get('plain')}; await state.set(key, 1); await once(key, () => 1); return 1`,
    'plain',
  ],
  ['part of a file', `const file = JSON.parse(${get('file')}); return file.private_key`, 'file'],
  ['a whole file', `const text = ${get('file')}; return [text, JSON.parse(text), btoa(text)]`, 'file'],
  [
    'sent and sent back',
    `const key = ${get('odd')}; const r = await fetch(trigger.body.url + '?k=' + encodeURIComponent(key), { method: 'POST', body: key }); return [await r.text(), r.url]`,
    'odd',
  ],
  [
    'referred to, and sent back',
    "const r = await fetch(trigger.body.url, { headers: { authorization: `Bearer ${secrets.ref('sent')}` } }); const text = await r.text(); log(text, [...r.headers]); return text",
    'sent',
  ],
  [
    'referred to in name and password',
    "const r = await fetch(trigger.body.url, { headers: { authorization: 'Basic ' + btoa('me:' + secrets.ref('sent')) } }); return [await r.text(), [...r.headers]]",
    'sent',
  ],
  [
    'referred to, and shown',
    `const ref = secrets.ref('sent'); log('' + ref, { ref }); return [ref, '' + ref, JSON.stringify(ref), structuredClone({ a: String(ref) })]`,
    'sent',
  ],
  [
    'what is done once',
    `const k = await once('y', async () => { const key = ${get('odd')}; log(key); return { key } }); return [k, ${get('odd')}]`,
    'odd',
  ],
])('in plain code: %s', async (_, body, name) => {
  const run = await misuse(`export default async ({ secrets, trigger, log, metric, state, once }) => { ${body} }`)
  expect(run['status']).toBe('succeeded')
  await expectNowhere(name)
})

test.each<[string, string, Name]>([
  ['thrown', `throw new Error('no: ' + ${get('odd')})`, 'odd'],
  ['thrown as a text', `throw ${get('plain')}`, 'plain'],
  [
    'thrown with a name and a cause',
    `const key = ${get('plain')}; const e = new TypeError(key, { cause: key }); e.name = key; e.stack = key + e.stack; throw e`,
    'plain',
  ],
  ['an address nobody has', `await fetch('http://' + ${get('plain')} + '.invalid/')`, 'plain'],
  ['no address at all', `await fetch(${get('odd')})`, 'odd'],
  ['a header that can’t be', `await fetch(trigger.body.url, { headers: { x: ${get('odd')} + '\\0' } })`, 'odd'],
  ['sent where it may not be', `await fetch('http://localhost:1/', { headers: { x: secrets.ref('sent') } })`, 'sent'],
  [
    'the name of a step that fails',
    `await step.run(${get('plain')}, () => { throw new Error('no') }, { retry: { maxAttempts: 1 } })`,
    'plain',
  ],
  [
    'thrown in a step',
    `await step.run('a', async () => { throw new Error(${get('odd')}) }, { retry: { maxAttempts: 1 } })`,
    'odd',
  ],
])('in failing code: %s', async (_, body, name) => {
  const run = await misuse(`export default async ({ secrets, step, trigger }) => { ${body} }`)
  expect(run['status']).toBe('failed')
  await expectNowhere(name)
})

test.each<[string, string, Name]>([
  ['the result of a step', `return step.run('a', async () => ({ key: ${get('odd')} }))`, 'odd'],
  [
    'the name of steps',
    `const key = ${get('plain')}; await step.run(key, () => 1); await step.run('x ' + encodeURIComponent(key), () => 1); return 1`,
    'plain',
  ],
  [
    'a recorded call',
    `const key = ${get('plain')}; const r = await fetch(trigger.body.url + key, { method: 'POST', body: key, headers: { authorization: key } }); return [await r.text(), [...r.headers]]`,
    'plain',
  ],
  [
    'a recorded call with a reference',
    "const r = await fetch(trigger.body.url, { headers: { authorization: `Bearer ${secrets.ref('sent')}` } }); return [await r.text(), [...r.headers]]",
    'sent',
  ],
  ['an event', `const key = ${get('odd')}; await step.sendEvent('send', { event: 'told', data: { key } }); return 1`, 'odd'],
  [
    'logged in steps',
    `await step.run('a', async () => { const key = ${get('odd')}; log(key); console.log({ key }); metric('m', 1, { key }) }); return 1`,
    'odd',
  ],
  ['logged between steps', `const key = ${get('odd')}; log(key); await step.sleep('a', 1); log(key, { key }); return 1`, 'odd'],
])('in code with steps: %s', async (_, body, name) => {
  const run = await misuse(`export default async ({ secrets, step, trigger, log, metric }) => { ${body} }`)
  expect(run['status']).toBe('succeeded')
  await expectNowhere(name)
})

test('what people and other flows are asked', async () => {
  const child = await publishFlow(
    server,
    headers,
    chain({ id: 'start', type: 'flowCalled' }, { id: 'out', type: 'output', params: { value: '{{ trigger.body }}' } }),
  )
  const run = await misuse(
    `export default async ({ secrets, step }) => step.callFlow('other', { flowId: '${child.id}', input: { key: ${get('odd')}, twice: btoa(${get('odd')}) } })`,
  )
  expect(run).toMatchObject({ status: 'succeeded', output: { again: { key: '[secret odd]' } } })
  const asking = await publishFlow(
    server,
    headers,
    chain(
      { id: 'start', type: 'manual' },
      {
        id: 'code',
        type: 'code',
        params: {
          code: `export default async ({ secrets, step }) => {
        const key = ${get('odd')}
        await step.waitForApproval('ask ' + key, { title: key, message: JSON.stringify({ key }) })
      }`,
        },
      },
    ),
  )
  const waiting = String((await api('POST', `/flows/${asking.id}/runs`, {})).json['id'])
  for await (const event of server.engine.streamRun(server.workspaceId, waiting, undefined, AbortSignal.timeout(120_000)))
    if (event.type === 'run' && event.data.status === 'waiting') break
  await api('GET', `/runs/${waiting}`)
  expect((await api('GET', '/approvals?show=all')).text).toContain('[secret odd]')
  await expectNowhere('odd')
})

test('in the test of a step', async () => {
  const document = chain(
    { id: 'start', type: 'manual' },
    {
      id: 'code',
      type: 'code',
      params: { code: `export default async ({ secrets, log }) => { const key = ${get('odd')}; log(key); return { key } }` },
    },
  )
  const { id } = await publishFlow(server, headers, document)
  const sent = await api('POST', `/flows/${id}/test-step`, { document, stepId: 'code' })
  expect(sent.json).toMatchObject({ status: 'succeeded', output: { key: '[secret odd]' } })
  await expectNowhere('odd')
})

test('code that waits gets it again, as it is by then', async () => {
  await api('PUT', '/secrets/turn', { value: 'canary-first-1234567', hosts: [`127.0.0.1:${port}`] })
  const { id } = await publishFlow(
    server,
    headers,
    chain(
      { id: 'start', type: 'manual' },
      {
        id: 'code',
        type: 'code',
        params: {
          code: `export default async ({ secrets, step, trigger }) => {
            const key = await secrets.get('turn')
            const call = async () => {
              await fetch(trigger.body.url, { headers: { authorization: key } })
              await fetch(trigger.body.url, { headers: { authorization: \`ref \${secrets.ref('turn')}\` } })
            }
            await call()
            await step.waitForEvent('go', { event: 'go' })
            await call()
            return key.length
          }`,
        },
      },
    ),
  )
  seen.length = 0
  const run = (await api('POST', `/flows/${id}/runs`, { input: { url: `http://127.0.0.1:${port}/` } })).json
  const runId = String(run['id'])
  for await (const event of server.engine.streamRun(server.workspaceId, runId, undefined, AbortSignal.timeout(120_000)))
    if (event.type === 'run' && event.data.status === 'waiting') break
  expect(seen).toEqual(['canary-first-1234567', 'ref canary-first-1234567'])
  await api('PUT', '/secrets/turn', { value: 'canary-second-76543210' })
  await api('POST', `/runs/${runId}/signals/go`, {})
  await readAll(id, runId)
  expect((await api('GET', `/runs/${runId}`)).json).toMatchObject({
    status: 'succeeded',
    output: 'canary-second-76543210'.length,
  })
  expect(seen.slice(2)).toEqual(['canary-second-76543210', 'ref canary-second-76543210'])
  const steps = (await api('GET', `/runs/${runId}/steps`)).text
  expect(steps).toContain('"path":"code#secrets.get turn"')
  const everything = [await dump(), ...written, ...logged].join('\n')
  expect(everything).not.toMatch(/canary-(first|second)/)
  expect((await api('GET', '/secrets/turn')).json['lastUsedAt']).not.toBeNull()
})

test('what is looked through is where everything is', async () => {
  const stored = await dump()
  for (const text of ['[secret plain]', '[secret odd]', 'line 19999', 'code#secrets.get plain'])
    expect({ text, isThere: stored.includes(text) }).toEqual({ text, isThere: true })
  expect(written.join('\n')).toContain('[secret file]')
})

test('a flow it is not shared with does not get it', async () => {
  await api('PUT', '/secrets/few', { value: 'canary-few-0000000', flows: [] })
  const run = await misuse(`export default async ({ secrets }) => secrets.get('few')`)
  expect(run).toMatchObject({ status: 'failed', error: { code: 'secret_unavailable', line: 1 } })
  await expectNowhere('plain')
})

test('formulas know of no secrets', async () => {
  const document = chain(
    { id: 'start', type: 'manual' },
    { id: 'set', type: 'set', params: { values: { a: `{{ secrets.plain }}` } } },
  )
  const made = await api('POST', '/flows', { document })
  const sent = await api('POST', `/flows/${String(made.json['id'])}/validate`, {})
  expect(sent.text).toContain('There is nothing called \\"secrets\\"')
})
