import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestSandbox } from './testing/test-sandbox.ts'

const value = 'sk-live-"4711"/cänary'
/** Headers hold Latin-1. */
const token = 'tok_0123456789abcdef'
const sandbox = createTestSandbox({ mostRunners: 1 })

/** Answers with what it was sent, or sends elsewhere. */
const seen: { url: string; authorization: string | undefined; key: string | undefined }[] = []
const server = createServer((request, response) => {
  const { authorization, 'x-key': key } = request.headers
  seen.push({ url: request.url ?? '', authorization, key: typeof key === 'string' ? key : undefined })
  const [, target] = request.url?.split('to=') ?? []
  if (target !== undefined) response.writeHead(307, { location: decodeURIComponent(target) }).end()
  else
    response
      .setHeader('x-echo', authorization ?? '')
      .end(JSON.stringify({ authorization, base64: btoa(authorization ?? ''), key }))
})
let port = 0
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address !== null && typeof address === 'object') port = address.port
})
afterAll(async () => {
  await sandbox.stop()
  server.close()
})
beforeEach(() => {
  seen.length = 0
  sandbox.lines.length = 0
})

const secrets = () => ({
  stripe: { value },
  token: { value: token, hosts: [`127.0.0.1:${port}`] },
  free: { value: 'free_0123456789' },
  lines: { value: `${token}\n`, hosts: ['127.0.0.1'] },
})
const run = (body: string, params = 'secrets') =>
  sandbox.run(`export default async ({ ${params}, trigger }) => { ${body} }`, {
    secrets: secrets(),
    trigger: { url: `http://127.0.0.1:${port}/`, port },
  })
const failure = (body: string, params = 'secrets') =>
  sandbox.failure(`export default async ({ ${params}, trigger }) => { ${body} }`, {
    secrets: secrets(),
    trigger: { url: `http://127.0.0.1:${port}/`, port },
  })

describe('secrets.get', () => {
  test('gives the code the value, and nobody else', async () => {
    expect(
      await run(
        `const key = await secrets.get('stripe'); return [key.length, key, { [key]: btoa(unescape(encodeURIComponent(key))) }]`,
      ),
    ).toEqual([value.length, '[secret stripe]', { '[secret stripe]': '[secret stripe]' }])
  })

  test('works within a step too', async () => {
    expect(
      await run(
        `return step.run('one', async () => [(await secrets.get('stripe')).length, await secrets.get('stripe')])`,
        'secrets, step',
      ),
    ).toEqual([value.length, '[secret stripe]'])
    expect(sandbox.lines).toContainEqual({ level: 'debug', message: 'The secret "stripe" was read.' })
  })

  test('is not in what the code logs or throws', async () => {
    const error = await failure(
      `const key = await secrets.get('stripe')
       log(key, { key, list: [JSON.stringify({ key })] })
       console.log('x'.repeat(8 * 1024 - 10) + key)
       throw new Error('Could not use ' + key)`,
      'secrets, log',
    )
    expect(error.message).toBe('Could not use [secret stripe]')
    expect(error.facts.userStack).toContain('[secret stripe]')
    const [first, second] = sandbox.lines
    expect(first).toEqual({
      level: 'info',
      message: '[secret stripe]',
      data: { key: '[secret stripe]', list: ['{"key":"[secret stripe]"}'] },
    })
    expect(second?.message).toMatch(/x\[secret stripe\]…$/)
    expect(JSON.stringify([error.message, error.facts, sandbox.lines])).not.toMatch(/4711|sk-live/)
  })

  test.each([
    [`await secrets.get('none')`, 'secret_unavailable', 'There is no secret called "none".'],
    [
      `await step.run('a', () => secrets.get('none'), { retry: { maxAttempts: 1 } })`,
      'secret_unavailable',
      'There is no secret called "none".',
    ],
    [`await secrets.get('not a name')`, 'code_error', 'secrets.get takes the name of a secret'],
    [`secrets.ref({})`, 'code_error', 'secrets.ref takes the name of a secret'],
  ])('%s fails as %s', async (body, code, words) => {
    const error = await failure(body, 'secrets, step')
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) })
    expect(error.facts.line).toBe(1)
  })

  test('can be caught like any error', async () => {
    expect(await run(`try { await secrets.get('none') } catch (error) { return error.code }`)).toBe('secret_unavailable')
  })
})

describe('secrets.ref', () => {
  const ask = (headers: string, more = '') => `const r = await fetch(trigger.url, { headers: { ${headers} }${more} });`

  test('is filled in on the way out, and the code never sees what with', async () => {
    expect(
      await run(
        `${ask('authorization: `Bearer ${secrets.ref("token")}`, "x-key": secrets.ref("token")')} return [await r.json(), r.headers.get('x-echo')]`,
      ),
    ).toEqual([
      {
        authorization: 'Bearer [secret token]',
        base64: expect.not.stringContaining(btoa(token).slice(4, 12)),
        key: '[secret token]',
      },
      'Bearer [secret token]',
    ])
    expect(seen).toEqual([{ url: '/', authorization: `Bearer ${token}`, key: token }])
    expect(sandbox.lines).toContainEqual({ level: 'debug', message: `The secret "token" was sent to 127.0.0.1:${port}.` })
  })

  test('is filled in within name and password too', async () => {
    await run(ask('authorization: "Basic " + btoa("user:" + secrets.ref("token"))'))
    expect(seen[0]?.authorization).toBe(`Basic ${btoa(`user:${token}`)}`)
  })

  test('is filled in where the call is recorded', async () => {
    expect(await run(`${ask('authorization: `Bearer ${secrets.ref("token")}`')} return r.json()`, 'secrets, step')).toMatchObject(
      {
        authorization: 'Bearer [secret token]',
      },
    )
    expect(seen[0]?.authorization).toBe(`Bearer ${token}`)
  })

  test('is a harmless name wherever else it is used', async () => {
    expect(
      await run(
        `const ref = secrets.ref('token'); log('ref', { ref }); console.log(ref, [ref], 'as ' + ref); return [ref, { ref }, 'as ' + ref, String(ref)]`,
        'secrets, log',
      ),
    ).toEqual(['[secret token]', { ref: '[secret token]' }, 'as [secret token]', '[secret token]'])
    expect(sandbox.lines.map(({ message, data }) => [message, data])).toEqual([
      ['ref', { ref: '[secret token]' }],
      ['[secret token] [ [secret token] ] as [secret token]', undefined],
    ])
  })

  test('goes to no host it is not meant for', async () => {
    const other = ask('x: secrets.ref("token")').replace('trigger.url', "'http://localhost:' + trigger.port + '/'")
    expect(await failure(other)).toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining(
        `The secret "token" may not be sent to localhost:${port}: it is bound to 127.0.0.1:${port}. Add`,
      ),
    })
    expect(await failure(ask('x: secrets.ref("free")'))).toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining('The secret "free" may not be sent to 127.0.0.1:'),
    })
    expect(await failure(ask('x: secrets.ref("none")'))).toMatchObject({ code: 'secret_unavailable' })
    expect(seen).toEqual([])
  })

  test('follows a redirect on the same host, and none to another', async () => {
    await run(ask('"x-key": secrets.ref("token")').replace('trigger.url', "trigger.url + '?to=/there'"))
    expect(seen.map(({ key }) => key)).toEqual([token, token])
    seen.length = 0
    await run(
      ask('"x-key": secrets.ref("token"), authorization: "Basic " + btoa("u:" + secrets.ref("token"))').replace(
        'trigger.url',
        "trigger.url + '?to=' + encodeURIComponent('http://localhost:' + trigger.port + '/')",
      ),
    )
    expect(seen.map(({ key }) => key)).toEqual([token, undefined])
    expect(seen[1]?.authorization).toBeUndefined()
  })

  test.each([
    [
      'the address',
      `await fetch(trigger.url + '?key=' + encodeURIComponent(secrets.ref('token')))`,
      'is used in the address here',
    ],
    ['the body', `await fetch(trigger.url, { method: 'POST', body: 'key=' + secrets.ref('token') })`, 'is used in the body here'],
    ['a header it does not fit', `await fetch(trigger.url, { headers: { x: secrets.ref('lines') } })`, 'has a line break'],
  ])('is of no use in %s', async (_, body, words) => {
    expect(await failure(body)).toMatchObject({ code: 'invalid_input', message: expect.stringContaining(words) })
    expect(seen).toEqual([])
  })

  test('can’t be made up by whoever sends the code text', async () => {
    await run(ask('"x-key": "[secret token]", x: "[secret token abcdefghijklmnop]"'))
    expect(seen[0]?.key).toBe('[secret token]')
  })
})
