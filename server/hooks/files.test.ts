import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { insertFile } from '../db/insert-file.ts'
import { forgetFiles } from '../files/forget-files.ts'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

const StoredFile = z.object({ $file: z.string(), name: z.string(), type: z.string(), size: z.number(), field: z.string() })
const Run = z.object({ output: z.unknown(), waits: z.array(z.object({ url: z.string() })) })
const Items = z.object({ items: z.array(z.object({ id: z.string() })) })
const Echoed = z.object({ body: z.unknown(), files: z.array(StoredFile) })

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

const webhook = (params: object = {}) => ({ id: 'trigger', type: 'webhook', params: { respond: 'respondStep', ...params } })
const respond = (params: object) => ({ id: 'answer', type: 'respond', params })
const publish = (...nodes: Parameters<typeof chain>) => publishFlow(server, headers, chain(...nodes))
const echo = () => respond({ body: { body: '{{ trigger.body }}', files: '{{ trigger.files }}' } })

const pixel = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00, 0xff])
interface Part {
  field: string
  name: string
  type: string
  content: string | Buffer
}
const part = (more: Partial<Part> = {}): Part => ({
  field: 'photo',
  name: 'a “ö”.png',
  type: 'image/png',
  content: pixel,
  ...more,
})

function form(...parts: Part[]) {
  return formWith('hello', parts)
}

function formWith(title: string, parts: Part[]): { body: Buffer; headers: { [name: string]: string } } {
  const chunks = parts.flatMap(({ field, name, type, content }) => [
    Buffer.from(
      `--the-border\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
  const first = Buffer.from(`--the-border\r\nContent-Disposition: form-data; name="title"\r\n\r\n${title}\r\n`)
  return {
    body: Buffer.concat([first, ...chunks, Buffer.from('--the-border--\r\n')]),
    headers: { 'content-type': 'multipart/form-data; boundary=the-border' },
  }
}

const countFiles = async (flowId: string) => {
  const { rows } = await server.database.pool.query<{ n: number }>(
    'select count(*)::int as n from app.files where flow_id = $1',
    [flowId],
  )
  return rows[0]?.n
}
const send = (url: string, sent: ReturnType<typeof form>, more: { [name: string]: string } = {}) =>
  server.send(url, { method: 'POST', body: sent.body, headers: { ...sent.headers, ...more } })

describe('files that come with a request', () => {
  test('are kept, and stand in the data by their name and id', async () => {
    const { id, url } = await publish(webhook(), echo())
    const sent = await send(url, form(part(), part({ field: 'notes', name: 'n.txt', type: 'text/plain', content: 'hi' })))
    const { body, files } = Echoed.parse(sent.json)
    expect(body).toEqual({ title: 'hello' })
    expect(files).toEqual([
      { $file: expect.stringMatching(/^file_/), field: 'photo', name: 'a “ö”.png', type: 'image/png', size: 6 },
      { $file: expect.stringMatching(/^file_/), field: 'notes', name: 'n.txt', type: 'text/plain', size: 2 },
    ])
    const got = await server.send(`/api/v1/files/${files[0]?.$file}`, { headers })
    expect(got.headers['content-length']).toBe('6')
    expect(got.headers['content-disposition']).toContain(encodeURIComponent('a “ö”.png'))
    expect(await countFiles(id)).toBe(2)
    const elsewhere = await server.makeKey(['admin'], await server.makeWorkspace())
    expect((await server.send(`/api/v1/files/${files[0]?.$file}`, { headers: elsewhere })).status).toBe(404)
  })

  test('sent again with the same key are those that came first', async () => {
    const { id, url } = await publish(webhook(), echo())
    const first = await send(url, form(part()), { 'idempotency-key': 'once' })
    const again = await send(url, form(part()), { 'idempotency-key': 'once' })
    expect(again.text).toBe(first.text)
    await waitFor('the second copy to go', async () => ((await countFiles(id)) === 1 ? true : undefined))
  })

  test('are kept for the inbox while the flow is a draft, and with what starts nothing', async () => {
    const draft = await createFlow(server, headers, chain(webhook(), echo()))
    expect((await send(draft.url, form(part()))).status).toBe(202)
    expect(await countFiles(draft.id)).toBe(1)
    const picky = await publish(webhook({ onlyIf: '{{ trigger.files.length > 1 }}' }), echo())
    expect((await send(picky.url, form(part()))).json).toMatchObject({ runId: null, reason: 'only_if' })
    expect(await countFiles(picky.id)).toBe(1)
  })

  test('reach the run of a request that waited for its flow to go on', async () => {
    const code = 'export default async ({ trigger, files }) => (await files.read(trigger.files[0])).base64()'
    const flow = await publish(webhook({ respond: 'immediately' }), { id: 'work', type: 'code', params: { code } })
    const act = (what: string) => server.send(`/api/v1/flows/${flow.id}/${what}`, { method: 'POST', headers })
    await act('pause')
    expect((await send(flow.url, form(part()))).json['runId']).toBeUndefined()
    await act('resume')
    const run = await waitFor('the run', async () => {
      const list = await server.send(`/api/v1/runs?flowId=${flow.id}&status=succeeded`, { headers })
      return Items.parse(list.json).items[0]
    })
    const { output } = Run.parse((await server.send(`/api/v1/runs/${run.id}`, { headers })).json)
    expect(output).toBe(pixel.toString('base64'))
  })

  test('reach the run that gathers several requests, those of the later ones as well', async () => {
    const code =
      'export default async ({ trigger, files }) => Promise.all(trigger.body.map(async (one) => (await files.read(one)).text()))'
    const document = chain(webhook({ respond: 'immediately' }), { id: 'work', type: 'code', params: { code } })
    const flow = await publishFlow(server, headers, { ...document, settings: { batch: { size: 2, for: '1h' } } })
    const bodies = ['a', 'b'].map((letter) => letter.repeat(300 * 1024))
    const binary = { 'content-type': 'application/x-thing' }
    for (const body of bodies) expect((await server.send(flow.url, { method: 'POST', body, headers: binary })).status).toBe(202)
    const run = await waitFor('the run', async () => {
      const list = await server.send(`/api/v1/runs?flowId=${flow.id}&status=succeeded`, { headers })
      return Items.parse(list.json).items[0]
    })
    const { output } = Run.parse((await server.send(`/api/v1/runs/${run.id}`, { headers })).json)
    expect(output).toEqual(bodies)
  })

  test('are not kept of a sender nobody knows, of a broken form, or of one with more files than any has', async () => {
    await server.send('/api/v1/secrets', { method: 'POST', headers, body: { name: 'TOKEN', value: 'a long enough token' } })
    const { id, url } = await publish(webhook({ verify: { preset: 'header', header: 'X-Token', secret: 'TOKEN' } }), echo())
    expect((await send(url, form(part()))).status).toBe(401)
    const known = { 'x-token': 'a long enough token' }
    const whole = form(part())
    expect((await send(url, { ...whole, body: whole.body.subarray(0, -10) }, known)).json['code']).toBe('invalid_encoding')
    const many = form(...Array.from({ length: 101 }, () => part({ content: 'x' })))
    expect((await send(url, many, known)).json['code']).toBe('too_large')
    expect(await countFiles(id)).toBe(0)
    expect((await send(url, form(part()), known)).status).toBe(200)
    expect(await countFiles(id)).toBe(1)
  })

  test('are a file as well where a large body is no text, and stay in the data where it is small', async () => {
    const { id, url } = await publish(webhook(), respond({ body: '{{ trigger.body }}' }))
    const binary = { 'content-type': 'application/x-thing' }
    const small = await server.send(url, { method: 'POST', body: pixel, headers: binary })
    expect(small.json).toEqual({ type: 'application/x-thing', size: 6, base64: pixel.toString('base64') })
    expect(await countFiles(id)).toBe(0)
    const large = await server.send(url, { method: 'POST', body: Buffer.alloc(300_000, 0xff), headers: binary })
    // Sent back as the file it is.
    expect(large.headers['content-length']).toBe('300000')
    expect(await countFiles(id)).toBe(1)
  })
})

describe('an answer', () => {
  test('is the file itself, to be saved under its name and never run as a page of ours', async () => {
    const { url } = await publish(webhook(), respond({ body: '{{ trigger.files[0] }}' }))
    const sent = await send(url, form(part({ name: `a\u2028'x'(1)*.html`, type: 'text/html', content: '<script>1</script>' })))
    expect(sent.text).toBe('<script>1</script>')
    expect(sent.headers).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': expect.stringMatching(/^attachment; filename\*=UTF-8''[\w.%-]+\.html$/),
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
    })
  })

  test('is a file by what the step says of it, and of no kind that headers can’t carry', async () => {
    const { url } = await publish(
      webhook(),
      respond({ send: 'file', status: 201, headers: { 'content-disposition': 'inline' }, body: '{{ trigger.files[0] }}' }),
    )
    const sent = await send(url, form(part({ type: 'ünsinn' })))
    expect(sent.status).toBe(201)
    expect(sent.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-disposition': 'inline' })
  })

  test('is bytes that stand in the data, where it is to be a file or a header says what they are', async () => {
    const inData = { type: 'image/png', size: 6, base64: pixel.toString('base64') }
    for (const params of [{ send: 'file' }, { headers: { 'Content-Type': 'image/png' } }]) {
      const { url } = await publish(webhook(), respond({ ...params, body: '{{ trigger.body }}' }))
      const sent = await server.send(url, { method: 'POST', body: inData })
      expect(sent.headers['content-type']).toBe('image/png')
      expect(sent.headers['content-length']).toBe('6')
    }
    const { url } = await publish(webhook(), respond({ body: '{{ trigger.body }}' }))
    expect((await server.send(url, { method: 'POST', body: inData })).json).toEqual(inData)
  })

  test('that is to be a file and is none fails the step', async () => {
    const { url } = await publish(webhook(), respond({ send: 'file', body: 'no file' }))
    const sent = await server.send(url, { method: 'POST', body: {} })
    expect(sent.status).toBe(500)
    expect(sent.json['code']).toBe('invalid_input')
  })

  test('is no file of another workspace, nor one that is gone', async () => {
    const other = await server.makeWorkspace()
    const strange = await server.makeKey(['admin'], other)
    const theirs = await publishFlow(server, strange, chain(webhook(), echo()))
    const { files } = Echoed.parse((await send(theirs.url, form(part()))).json)
    const { url } = await publish(webhook(), respond({ body: '{{ trigger.body }}' }))
    const sent = await server.send(url, { method: 'POST', body: { ...files[0] } })
    expect(sent.status).toBe(500)
    expect(sent.json['code']).toBe('not_found')
  })

  test.each([
    ['https://example.com/a?b=ü#c', 302, 'https://example.com/a?b=%C3%BC#c'],
    ['/thanks', 302, '/thanks'],
  ])('sends the caller on to %s', async (location, status, expected) => {
    const { url } = await publish(webhook(), respond({ send: 'redirect', location: '{{ trigger.body.to }}' }))
    const sent = await server.send(url, { method: 'POST', body: { to: location } })
    expect(sent.status).toBe(status)
    expect(sent.headers['location']).toBe(expected)
    expect(sent.text).toBe('')
  })

  test.each(['javascript:alert(1)', '//evil.example', 'data:text/html,x', '', '/\\evil.example'])(
    'sends nobody on to %j',
    async (to) => {
      const { url } = await publish(webhook(), respond({ send: 'redirect', status: 303, location: '{{ trigger.body.to }}' }))
      const sent = await server.send(url, { method: 'POST', body: { to } })
      expect(sent.status).toBe(500)
      expect(sent.headers['location']).toBeUndefined()
    },
  )

  test('keeps the status of a redirect, and line breaks out of its headers', async () => {
    const { url } = await publish(webhook(), respond({ send: 'redirect', status: 308, location: '{{ trigger.body.to }}' }))
    const sent = await server.send(url, { method: 'POST', body: { to: 'https://example.com/\r\nX-Evil: 1' } })
    expect(sent.status).toBe(308)
    expect(sent.headers['location']).toBe('https://example.com/X-Evil:%201')
    expect(sent.headers['x-evil']).toBeUndefined()
  })
})

describe('a step', () => {
  test('sends a file on, gets one, and the next answers with it', async () => {
    const { url } = await publish(
      webhook(),
      {
        id: 'mirror',
        type: 'http.request',
        params: { method: 'POST', url: '{{ trigger.body.title }}', body: '{{ trigger.files[0] }}', responseType: 'file' },
      },
      respond({ send: 'file', body: '{{ steps.mirror.body }}' }),
    )
    const mirror = createServer((req, res) => {
      res.writeHead(200, { 'content-type': req.headers['content-type'], 'content-disposition': 'attachment; filename=back.png' })
      req.pipe(res)
    })
    await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void mirror.close())
    const address = mirror.address()
    const title = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
    const sent = await send(url, formWith(title, [part()]))
    expect(sent.headers).toMatchObject({ 'content-type': 'image/png', 'content-length': '6' })
    expect(sent.headers['content-disposition']).toContain('back.png')
  })

  test('of code reads a file, also again when its run goes on after a wait, and keeps one that is the answer', async () => {
    const code = `export default async ({ trigger, files, step }) => {
      const file = await files.read(trigger.files[0])
      const kept = await files.save('copy of ' + file.name, file.bytes(), { type: file.type })
      await step.waitForCall('go')
      const again = await files.read(kept)
      return { kept, sizes: [file.size, again.size], same: file.base64() === again.base64() }
    }`
    const flow = await publish(webhook({ respond: 'immediately' }), { id: 'work', type: 'code', params: { code } })
    const { runId } = (await send(flow.url, form(part()))).json
    const runOf = async () => Run.parse((await server.send(`/api/v1/runs/${String(runId)}`, { headers })).json)
    const wait = await waitFor('the wait', async () => (await runOf()).waits[0])
    expect((await server.send(wait.url.slice(server.url.length), { method: 'POST', body: {} })).status).toBe(200)
    const output = await waitFor('the end', async () => (await runOf()).output ?? undefined)
    const name = 'copy of a “ö”.png'
    expect(output).toEqual({
      kept: { $file: expect.stringMatching(/^file_/), name, type: 'image/png', size: 6 },
      sizes: [6, 6],
      same: true,
    })
    expect(await countFiles(flow.id)).toBe(2)
  })

  test('leaves its files behind only as long as its run', async () => {
    const { pool } = server.database
    const runId = 'run_that_never_was'
    const keep = (id: string, owner: { runId: string }) =>
      insertFile(pool, { id, workspaceId: server.workspaceId, flowId: owned.id, name: '', type: '', content: pixel, ...owner })
    const owned = await publish(webhook({ respond: 'immediately' }), echo())
    const started = await server.send(owned.url, { method: 'POST', body: {} })
    await keep('file_1orphan', { runId })
    await keep('file_2kept', { runId: String(started.json['runId']) })
    await pool.query(`update app.files set created_at = now() - interval '2 hours' where flow_id = $1`, [owned.id])
    await forgetFiles({ pool, engine: server.engine })
    const { rows } = await pool.query('select id from app.files where flow_id = $1', [owned.id])
    expect(rows).toEqual([{ id: 'file_2kept' }])
  })
})

describe('a file larger than is held of one', () => {
  const large = async (bytes: number) => {
    const { id: flowId, url } = await publish(webhook(), respond({ body: '{{ trigger.body }}' }))
    const content = randomBytes(bytes)
    const id = `file_large${++larges}`
    const whole = { id, workspaceId: server.workspaceId, flowId, name: 'a.bin', type: 'application/x-a', content }
    await insertFile(server.database.pool, { ...whole, runId: 'run_of_it' })
    return { id, url, content }
  }
  let larges = 0

  test('is sent whole, to the byte, to whoever calls the flow and to whoever sees the run', async () => {
    const { id, url, content } = await large(3 * 1024 ** 2 + 7)
    const file = { $file: id, name: 'a.bin', type: 'application/x-a', size: content.length }
    const answered = await fetch(server.url + url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(file),
    })
    expect(answered.headers.get('content-length')).toBe(String(content.length))
    expect(content.equals(Buffer.from(await answered.arrayBuffer()))).toBe(true)
    const got = await fetch(`${server.url}/api/v1/files/${id}`, { headers })
    expect(content.equals(Buffer.from(await got.arrayBuffer()))).toBe(true)
  })

  test('breaks off, and is not taken for whole, when it is deleted while it is read', async () => {
    const { id, content } = await large(40 * 1024 ** 2)
    const asked = get(`${server.url}/api/v1/files/${id}`, { headers, agent: false })
    const [answer]: IncomingMessage[] = await once(asked, 'response')
    answer?.pause()
    await server.database.pool.query('delete from app.files where id = $1', [id])
    let bytes = 0
    answer?.on('data', (chunk: Buffer) => (bytes += chunk.length)).resume()
    await expect(finished(answer ?? new PassThrough())).rejects.toThrow()
    expect(bytes).toBeLessThan(content.length)
  })
})
