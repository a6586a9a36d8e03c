import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetFiles } from '../files/forget-files.ts'
import { createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
})
afterAll(() => server.stop())

type Headers = { [name: string]: string }
type Pairs = { [name: string]: string } | [string, string][]

const fields = [
  { id: 'name', label: 'Your <name>', type: 'text', required: true, help: 'As on the "invoice"' },
  { id: 'about', label: 'About', type: 'longText' },
  { id: 'seats', label: 'Seats', type: 'number', default: 3 },
  { id: 'plan', label: 'Plan', type: 'choice', options: ['small', 'big & wide'] },
  { id: 'extras', label: 'Extras', type: 'choices', options: ['a', 'b'] },
  { id: 'agreed', label: 'Agreed', type: 'boolean' },
  { id: 'source', label: 'Source', type: 'hidden', default: 'page' },
]
const documentWith = (params: object) => ({
  name: 'New lead to team',
  nodes: [
    { id: 'start', type: 'form', params },
    { id: 'end', type: 'output', params: { value: '{{ trigger.body }}' } },
  ],
  edges: [{ source: 'start', target: 'end' }],
})
const publish = (params: object) => publishFlow(server, headers, documentWith(params))
const post = (url: string, pairs: Pairs, more: Headers = {}) =>
  server.send(url, {
    method: 'POST',
    body: new URLSearchParams(pairs).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...more },
  })

/** What the page carries along by itself. */
function carried(page: string): { [name: string]: string } {
  const inputs = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)
  return Object.fromEntries([...inputs].map(([, name, value]) => [name, value]))
}
const open = async (url: string, more: Headers = {}) => carried((await server.send(url, { headers: more })).text)

async function runsOf(flowId: string): Promise<{ id: string; status: string; output: unknown; trigger: unknown }[]> {
  const { json } = await server.send(`/api/v1/runs?flowId=${flowId}`, { headers })
  return json['items'] as { id: string; status: string; output: unknown; trigger: unknown }[]
}
async function onlyRun(flowId: string): Promise<{ output: unknown; trigger: unknown; startedBy?: unknown }> {
  return waitFor('the run to end', async () => {
    const runs = await runsOf(flowId)
    expect(runs.length).toBeLessThan(2)
    const id = runs[0]?.status === 'succeeded' ? runs[0].id : undefined
    if (id === undefined) return undefined
    return (await server.send(`/api/v1/runs/${id}`, { headers })).json as { output: unknown; trigger: unknown }
  })
}

describe('the page of a form', () => {
  test('shows every field with its words as text, in a page of its own style and no script', async () => {
    const { url } = await publish({ fields, description: 'Tell us <b>all</b>', button: 'Off it goes' })
    const sent = await server.send(url)
    expect(sent.status).toBe(200)
    expect(sent.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(sent.headers['cache-control']).toBe('no-store')
    expect(sent.headers['x-content-type-options']).toBe('nosniff')
    expect(sent.headers['set-cookie']).toBeUndefined()
    const policy = String(sent.headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(policy).toMatch(/sandbox allow-forms allow-scripts$/)
    expect(policy).not.toMatch(/unsafe|script-src|allow-same-origin/)
    for (const [, style] of sent.text.matchAll(/<style>([\s\S]*?)<\/style>/g))
      expect(policy).toContain(
        `'sha256-${createHash('sha256')
          .update(style ?? '')
          .digest('base64')}'`,
      )
    expect(sent.text).toContain('<title>New lead to team</title>')
    expect(sent.text).toContain('Your &lt;name&gt;')
    expect(sent.text).toContain('As on the &quot;invoice&quot;')
    expect(sent.text).toContain('Tell us &lt;b&gt;all&lt;/b&gt;')
    expect(sent.text).toContain('value="big &amp; wide"')
    expect(sent.text).toMatch(/<input type="number"[^>]*value="3"/)
    expect(sent.text).toContain('Off it goes')
    expect(sent.text).not.toMatch(/<script|javascript:|style="|\son[a-z]+=/)
    expect((await server.send(url, { method: 'HEAD' })).status).toBe(200)
    expect((await server.send(url, { method: 'PUT' })).status).toBe(405)
  })

  test('is filled in by its link where the link says so', async () => {
    const { url } = await publish({ fields })
    const { text } = await server.send(`${url}?name=Nimbus%22%3E&plan=big+%26+wide&source=mail&stranger=1`)
    expect(text).toContain('value="Nimbus&quot;&gt;"')
    expect(text).toMatch(/<option value="big &amp; wide" selected>/)
    expect(carried(text)['field-source']).toBe('mail')
    expect(text).not.toContain('stranger')
  })

  test('is not there for a path that is no form’s', async () => {
    const sent = await server.send('/forms/nobody')
    expect(sent.status).toBe(404)
    expect(sent.text).toContain('There is no form at this address')
  })
})

describe('a form that is sent', () => {
  test('starts one run with its answers, whose trigger they are', async () => {
    const { id, url } = await publish({ fields, thanks: 'Thanks {{ trigger.body.name }}, see you' })
    const sent = await post(url, [
      ...Object.entries(await open(url)),
      ['field-name', 'Nim<b>us'],
      ['field-about', 'one\r\ntwo'],
      ['field-seats', '7.5'],
      ['field-plan', 'big & wide'],
      ['field-extras', 'a'],
      ['field-extras', 'b'],
      ['field-agreed', 'true'],
    ])
    expect(sent.status).toBe(200)
    expect(sent.text).toContain('Thanks Nim&lt;b&gt;us, see you')
    const answers = {
      name: 'Nim<b>us',
      about: 'one\ntwo',
      seats: 7.5,
      plan: 'big & wide',
      extras: ['a', 'b'],
      agreed: true,
      source: 'page',
    }
    expect(await onlyRun(id)).toMatchObject({ subject: 'Nim<b>us', output: answers, trigger: { kind: 'form', body: answers } })
  })

  test('from the same page twice, also at the same moment, is one run; from a new page it is another', async () => {
    const { id, url } = await publish({ fields })
    const page = await open(url)
    const filled = { ...page, 'field-name': 'Nimbus' }
    const sent = await Promise.all(Array.from({ length: 5 }, () => post(url, filled)))
    for (const one of sent) expect(one.status).toBe(200)
    const again = await post(url, filled)
    expect(again.text).toContain('it counts once')
    expect(await runsOf(id)).toHaveLength(1)
    await post(url, { ...(await open(url)), 'field-name': 'Nimbus' })
    expect(await runsOf(id)).toHaveLength(2)
  })

  test('with something wrong is shown again: what it is beside each field, and all that was typed', async () => {
    const { id, url } = await publish({ fields })
    const sent = await post(url, {
      ...(await open(url)),
      'field-name': '',
      'field-about': '\nI <wrote> much',
      'field-seats': 'many',
      'field-agreed': 'true',
    })
    expect(sent.status).toBe(422)
    expect(sent.text).toContain('<title>Look again: New lead to team</title>')
    expect(sent.text).toMatch(/role="alert"[\s\S]*href="#field-name"[\s\S]*href="#field-seats"/)
    expect(sent.text).toMatch(/id="field-name"[^>]*aria-describedby="field-name-help field-name-problem"\s+aria-invalid="true"/)
    expect(sent.text).toContain('<div class="bad" id="field-name-problem">This must be filled in.</div>')
    expect(sent.text).toContain('<div class="bad" id="field-seats-problem">A number is needed here.</div>')
    expect(sent.text).toContain('>\n\nI &lt;wrote&gt; much</textarea>')
    expect(sent.text).toMatch(/value="many"/)
    expect(sent.text).toMatch(/id="field-agreed"[^>]*checked/)
    expect(await runsOf(id)).toHaveLength(0)
    // The page that was shown again can be sent.
    const second = await post(url, { ...carried(sent.text), 'field-name': 'Nimbus' })
    expect(second.status).toBe(200)
    expect(await runsOf(id)).toHaveLength(1)
  })

  test('leads on to the page its author named, and to no other', async () => {
    const { url } = await publish({ fields, redirect: 'https://example.com/thanks?x=1' })
    const page = await server.send(`${url}?redirect=https://evil.example`)
    expect(page.headers['content-security-policy']).toContain("form-action 'self' https://example.com;")
    const sent = await post(`${url}?redirect=https://evil.example`, {
      ...carried(page.text),
      'field-name': 'N',
      redirect: 'https://evil.example',
    })
    expect(sent.status).toBe(303)
    expect(sent.headers.location).toBe('https://example.com/thanks?x=1')
    for (const redirect of [
      'javascript:alert(1)',
      '//evil.example',
      '/x',
      'https://a:b@example.com',
      'https://{{ trigger.body.name }}',
    ]) {
      const { id } = await createFlow(server, headers, documentWith({ fields, redirect }))
      const refused = await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })
      expect([redirect, refused.status]).toEqual([redirect, 422])
    }
  })

  test('by what fills in everything starts nothing, is kept as rejected, and is thanked all the same', async () => {
    const { id, url } = await publish({ fields })
    const sent = await post(url, { ...(await open(url)), 'field-name': 'Spam', 'hf-website': 'http://spam.example' })
    expect(sent.status).toBe(200)
    expect(sent.text).toContain('Thank you')
    expect(await runsOf(id)).toHaveLength(0)
    const { rows } = await server.database.pool.query('select state, reason from engine.requests where flow_id = $1', [id])
    expect(rows).toEqual([{ state: 'rejected', reason: 'spam_trap' }])
  })

  test('with a token that was changed, or made for another form, has to be sent again and keeps what was typed', async () => {
    const { id, url } = await publish({ fields })
    const other = await publish({ fields })
    for (const token of ['', 'x', 'a.b', `${(await open(url))['hf-token']}x`, (await open(other.url))['hf-token'] ?? '']) {
      const sent = await post(url, { 'hf-token': token, 'field-name': 'Nimbus' })
      expect(sent.status).toBe(422)
      expect(sent.text).toContain('open for too long')
      expect(sent.text).toContain('value="Nimbus"')
    }
    expect(await runsOf(id)).toHaveLength(0)
  })

  test('by a program, as JSON or from a page of its own, starts a run as well', async () => {
    const { id, url } = await publish({ fields })
    const refused = await server.send(url, { method: 'POST', body: { seats: 'many' } })
    expect(refused.status).toBe(422)
    expect(refused.json).toMatchObject({ code: 'invalid_request', errors: [{ path: 'name' }, { path: 'seats' }] })
    const sent = await server.send(url, {
      method: 'POST',
      body: { name: 'Nimbus', extras: ['b'] },
      headers: { 'idempotency-key': 'k' },
    })
    expect(sent.status).toBe(202)
    expect(sent.json).toEqual({ runId: expect.any(String), requestId: expect.any(String) })
    const again = await server.send(url, { method: 'POST', body: { name: 'Nimbus' }, headers: { 'idempotency-key': 'k' } })
    expect(again.json['runId']).toBe(sent.json['runId'])
    expect((await post(url, { name: 'Orbit' })).status).toBe(200)
    expect(await runsOf(id)).toHaveLength(2)
  })
})

describe('fields that come with an answer', () => {
  const conditional = [
    { id: 'plan', label: 'Plan', type: 'choice', options: ['small', 'big'], required: true },
    { id: 'seats', label: 'Seats', type: 'number', required: true, showIf: '{{ trigger.body.plan == "big" }}' },
    { id: 'why', label: 'Why so many', type: 'text', required: true, showIf: '{{ trigger.body.seats > 10 }}' },
  ]

  test('come and go by style alone where a choice decides, and are asked for after sending where more does', async () => {
    const { id, url } = await publish({ fields: conditional })
    const { text, headers: got } = await server.send(url)
    const [, , reveal] = text.split('<style>')
    expect(reveal).toContain('form:not(:has(#field-plan option:nth-child(3):checked)) .c1 { display: none; }')
    expect(got['content-security-policy']?.toString().match(/sha256-/g)).toHaveLength(2)
    // The browser must not insist on what it may not show.
    expect(text).toMatch(/id="field-seats"[^>]*>/)
    expect(text).not.toMatch(/id="field-seats"[^>]*required/)
    expect(text).not.toContain('field-why')

    const missing = await post(url, { ...carried(text), 'field-plan': 'big' })
    expect(missing.text).toContain('id="field-seats-problem"')
    const more = await post(url, { ...carried(text), 'field-plan': 'big', 'field-seats': '20' })
    expect(more.status).toBe(422)
    expect(more.text).toContain('a little more to fill in')
    expect(more.text).toContain('id="field-why"')
    expect(more.text).not.toContain('-problem"')
    const sent = await post(url, { ...carried(more.text), 'field-plan': 'big', 'field-seats': '20', 'field-why': 'we grow' })
    expect(sent.status).toBe(200)
    expect(await onlyRun(id)).toMatchObject({ output: { plan: 'big', seats: 20, why: 'we grow' } })
  })

  test('and are not there are no answers, whatever is sent for them', async () => {
    const { id, url } = await publish({ fields: conditional })
    await post(url, { ...(await open(url)), 'field-plan': 'small', 'field-seats': '20', 'field-why': 'x' })
    expect((await onlyRun(id)).output).toEqual({ plan: 'small' })
  })
})

describe('a form whose flow', () => {
  test('is being made is open to try: what is sent becomes the sample, and no run', async () => {
    const { id, url } = await createFlow(server, headers, documentWith({ fields }))
    const sent = await post(url, { ...(await open(url)), 'field-name': 'Nimbus' })
    expect(sent.status).toBe(200)
    expect(sent.text).toContain('its sample')
    const sample = await server.send(`/api/v1/flows/${id}/samples/start`, { headers })
    expect(sample.json).toMatchObject({ source: 'request', value: { kind: 'form', body: { name: 'Nimbus' } } })
    expect(await runsOf(id)).toHaveLength(0)
  })

  test('is paused takes answers, and each becomes one run when it goes on', async () => {
    const { id, url } = await publish({ fields })
    await server.send(`/api/v1/flows/${id}/pause`, { method: 'POST', headers })
    const filled = { ...(await open(url)), 'field-name': 'Nimbus' }
    expect((await post(url, filled)).text).toContain('We have got your answer')
    await post(url, filled)
    expect(await runsOf(id)).toHaveLength(0)
    await server.send(`/api/v1/flows/${id}/resume`, { method: 'POST', headers })
    expect(await onlyRun(id)).toMatchObject({ output: { name: 'Nimbus' } })
  })

  test('is turned off is closed', async () => {
    const { id, url } = await publish({ fields })
    const page = await open(url)
    await server.send(`/api/v1/flows/${id}/disable`, { method: 'POST', headers })
    expect((await server.send(url)).status).toBe(410)
    const sent = await post(url, { ...page, 'field-name': 'N' })
    expect(sent.status).toBe(410)
    expect(sent.text).toContain('closed')
  })

  test('is for members only is shown to them, and its run says who it was', async () => {
    const { id, url } = await publish({ fields, access: 'members' })
    const stranger = await server.send(url)
    expect(stranger.status).toBe(401)
    expect(stranger.text).toContain(`/login?next=${encodeURIComponent(url)}`)
    expect(stranger.text).not.toContain('field-name')
    expect((await post(url, { 'field-name': 'N' })).status).toBe(401)
    expect((await server.send(url, { method: 'POST', body: { name: 'N' } })).status).toBe(401)

    const member = await server.signIn('viewer')
    const filled = { ...(await open(url, member)), 'field-name': 'Nimbus' }
    // Another site's page can have a member's browser send a form, with its cookie, but has no token.
    expect((await post(url, { 'field-name': 'N' }, member)).status).toBe(422)
    // From a page that is shown as if from nowhere the browser sends no cookie.
    expect((await post(url, filled)).status).toBe(200)
    expect(await onlyRun(id)).toMatchObject({ output: { name: 'Nimbus' }, trigger: { by: expect.stringContaining('@') } })

    const withKey = async (scope: 'read' | 'run') =>
      (await server.send(url, { method: 'POST', body: { name: 'N' }, headers: await server.makeKey([scope]) })).status
    expect([await withKey('read'), await withKey('run')]).toEqual([401, 202])

    const other = await server.makeWorkspace()
    expect((await server.send(url, { headers: await server.signIn('owner', other) })).status).toBe(401)
    // Whoever has left since is no member any more.
    await server.database.pool.query("delete from app.members where workspace_id = $1 and role = 'viewer'", [server.workspaceId])
    expect((await post(url, filled)).status).toBe(401)
  })
})

test('a draft whose words and conditions are not written to the end takes answers all the same', async () => {
  const [name] = fields
  const begun = [name, { id: 'more', label: 'More', showIf: '{{ trigger.body. }}' }]
  const { url } = await createFlow(server, headers, documentWith({ fields: begun, thanks: 'Thanks {{ answers.name }}' }))
  const sent = await post(url, { ...(await open(url)), 'field-name': 'Nimbus' })
  expect(sent.status).toBe(200)
  expect(sent.text).toContain('We have got your answer')
})

describe('a file', () => {
  const withFile = {
    fields: [
      { id: 'name', label: 'Name', required: true },
      { id: 'offer', label: 'Offer', type: 'file', required: true },
    ],
  }
  const multipart = async (url: string, pairs: [string, string | File][]) => {
    const form = new FormData()
    for (const [name, value] of pairs) form.append(name, value)
    const encoded = new Response(form)
    const body = Buffer.from(await encoded.arrayBuffer())
    return server.send(url, { method: 'POST', body, headers: { 'content-type': encoded.headers.get('content-type') ?? '' } })
  }
  const file = () => new File([new Uint8Array([0, 1, 254, 255])], 'ä "x".pdf\r\nX: y', { type: 'text/html' })

  test('comes with an answer, once, and is read back byte for byte by those who see the run', async () => {
    const { id, url } = await publish(withFile)
    const page = await server.send(url)
    expect(page.text).toContain('enctype="multipart/form-data"')
    const pairs: [string, string | File][] = [...Object.entries(carried(page.text)), ['field-name', 'N'], ['field-offer', file()]]
    expect((await multipart(url, pairs)).status).toBe(200)
    expect((await multipart(url, pairs)).text).toContain('it counts once')
    const run = await onlyRun(id)
    expect(run.output).toMatchObject({ name: 'N', offer: { $file: expect.stringMatching(/^file_/), type: 'text/html', size: 4 } })
    const fileId = (run.output as { offer: { $file: string } }).offer.$file
    const { rows } = await server.database.pool.query('select id from app.files where flow_id = $1', [id])
    expect(rows).toEqual([{ id: fileId }])
    const got = await server.send(`/api/v1/files/${fileId}`, { headers })
    expect(got.status).toBe(200)
    expect(got.headers['content-type']).toBe('application/octet-stream')
    expect(got.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''[\w%.-]+$/)
    expect(got.headers['content-security-policy']).toContain('sandbox')
    expect(got.headers['content-length']).toBe('4')
    const other = await server.makeKey(['admin'], await server.makeWorkspace())
    expect((await server.send(`/api/v1/files/${fileId}`, { headers: other })).status).toBe(404)
    expect((await server.send(`/api/v1/files/${fileId}`, { headers: await server.makeKey(['run']) })).status).toBe(404)
  })

  test('comes with a page in the middle of a run, once, and stays as long as the run', async () => {
    const asking = {
      nodes: [
        { id: 'start', type: 'form', params: { fields: [{ id: 'name', label: 'Name' }] } },
        { id: 'more', type: 'waitForForm', params: { fields: [{ id: 'offer', label: 'Offer', type: 'file', required: true }] } },
        { id: 'end', type: 'output', params: { value: '{{ steps.more.body }}' } },
      ],
      edges: [
        { source: 'start', target: 'more' },
        { source: 'more', sourceHandle: 'received', target: 'end' },
      ],
    }
    const { id, url } = await publishFlow(server, headers, asking)
    const second = String((await post(url, await open(url))).headers.location)
    const page = await server.send(second)
    expect(page.text).toContain('enctype="multipart/form-data"')
    const pairs: [string, string | File][] = [...Object.entries(carried(page.text)), ['field-offer', file()]]
    const sent = await Promise.all([multipart(second, pairs), multipart(second, pairs)])
    expect(sent.map(({ status }) => status)).toEqual([200, 200])
    const run = await onlyRun(id)
    expect(run.output).toMatchObject({ offer: { $file: expect.stringMatching(/^file_/), type: 'text/html', size: 4 } })
    const kept = async () => (await server.database.pool.query('select id, run_id from app.files where flow_id = $1', [id])).rows
    const { $file } = (run.output as { offer: { $file: string } }).offer
    expect(await kept()).toEqual([{ id: $file, run_id: (await runsOf(id))[0]?.id }])
  })

  test('is asked for when it is missing, and again when the page is shown again', async () => {
    const { id, url } = await publish(withFile)
    const empty = new File([], '')
    const missing = await multipart(url, [...Object.entries(await open(url)), ['field-name', 'N'], ['field-offer', empty]])
    expect(missing.text).toContain('<div class="bad" id="field-offer-problem">Choose a file.</div>')
    const again = await multipart(url, [...Object.entries(await open(url)), ['field-name', ''], ['field-offer', file()]])
    expect(again.text).toContain('Choose this file again.')
    expect((await server.database.pool.query('select from app.files where flow_id = $1', [id])).rowCount).toBe(0)
  })

  test('that is only named is none: nobody gets at another one’s that way', async () => {
    const { id, url } = await publish(withFile)
    const named = { $file: 'file_of_somebody_else', name: 'x', type: '', size: 1 }
    const sent = await server.send(url, { method: 'POST', body: { name: 'N', offer: named } })
    expect(sent.json).toMatchObject({ code: 'invalid_request', errors: [{ path: 'offer', message: 'Choose a file.' }] })
    expect(await runsOf(id)).toHaveLength(0)
  })

  test('goes when the request it came with is kept no longer', async () => {
    const { id, url } = await publish(withFile)
    await multipart(url, [...Object.entries(await open(url)), ['field-name', 'N'], ['field-offer', file()]])
    const { pool } = server.database
    const count = async () => (await pool.query('select from app.files where flow_id = $1', [id])).rowCount
    await pool.query("update app.files set created_at = now() - interval '2 hours' where flow_id = $1", [id])
    await forgetFiles({ pool, engine: server.engine })
    expect(await count()).toBe(1)
    await pool.query('delete from engine.requests where flow_id = $1', [id])
    await forgetFiles({ pool, engine: server.engine })
    expect(await count()).toBe(0)
  })
})

describe('a form of several pages', () => {
  const pages = {
    name: 'Two pages',
    nodes: [
      {
        id: 'start',
        type: 'form',
        params: { fields: [{ id: 'plan', label: 'Plan', type: 'choice', options: ['small', 'big'], required: true }] },
      },
      {
        id: 'more',
        type: 'waitForForm',
        params: {
          title: 'And <then>?',
          thanks: 'All done',
          timeout: '1d',
          fields: [
            { id: 'seats', label: 'Seats', type: 'number', required: true },
            { id: 'why', label: 'Why big', type: 'text', required: true, showIf: '{{ trigger.body.plan == "big" }}' },
          ],
        },
      },
      { id: 'end', type: 'output', params: { value: { first: '{{ trigger.body }}', second: '{{ steps.more.body }}' } } },
    ],
    edges: [
      { source: 'start', target: 'more' },
      { source: 'more', sourceHandle: 'received', target: 'end' },
    ],
  }

  test('leads from one to the next, and each is checked and counts once', async () => {
    const { id, url } = await publishFlow(server, headers, pages)
    const filled = { ...(await open(url)), 'field-plan': 'big' }
    const [sent, twice] = await Promise.all([post(url, filled), post(url, filled)])
    expect([sent.status, twice.status]).toEqual([303, 303])
    const second = String(sent.headers.location)
    expect(twice.headers.location).toBe(second)
    const page = await server.send(second)
    expect(page.status).toBe(200)
    expect(page.text).toContain('And &lt;then&gt;?')
    expect(page.text).toContain('field-why')
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-.*sandbox allow-forms/)
    const missing = await post(second, { ...carried(page.text), 'field-seats': '20' })
    expect(missing.status).toBe(422)
    expect(missing.text).toContain('id="field-why-problem"')
    const complete = { ...carried(page.text), 'field-seats': '20', 'field-why': 'we grow' }
    const done = await Promise.all([post(second, complete), post(second, complete)])
    for (const one of done) expect([one.status, one.text.includes('All done')]).toEqual([200, true])
    expect(await onlyRun(id)).toMatchObject({ output: { first: { plan: 'big' }, second: { seats: 20, why: 'we grow' } } })
    expect((await server.send(second)).text).toContain('All done')
  })

  test('takes no answer once nobody waits for it, and programs by the same rules', async () => {
    const { id, url } = await publishFlow(server, headers, pages)
    const first = await post(url, { ...(await open(url)), 'field-plan': 'small' })
    const second = String(first.headers.location)
    const refused = await server.send(second, { method: 'POST', body: { seats: 'many' } })
    expect(refused.status).toBe(422)
    expect(refused.json).toMatchObject({ errors: [{ path: 'seats' }] })
    const runId = (await runsOf(id))[0]?.id ?? ''
    await server.send(`/api/v1/runs/${runId}/cancel`, { method: 'POST', headers })
    expect((await server.send(second)).status).toBe(410)
    const late = await post(second, { 'field-seats': '1' })
    expect(late.status).toBe(410)
    expect(late.text).toContain('Nobody waits for this form any more')
    expect((await server.send(`${second}x`)).status).toBe(404)
  })
})

test('the example of the docs makes a form that works as it says', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/forms.md'), 'utf8')
  const body: unknown = JSON.parse(/ -d '(\{[^']*\})'/.exec(page)?.[1] ?? '')
  const made = await server.send('/api/v1/flows', { method: 'POST', headers, body })
  expect(made.status).toBe(201)
  const id = String(made.json['id'])
  expect((await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })).status).toBe(200)
  const filled = { 'field-name': 'Nimbus', 'field-topic': 'An order', 'field-order': '7', 'field-text': 'Where is it?' }
  const sent = await post('/forms/contact', { ...(await open('/forms/contact')), ...filled })
  expect(sent.text).toContain('Thank you, Nimbus.')
  expect((await onlyRun(id)).output).toEqual({ name: 'Nimbus', topic: 'An order', order: '7', text: 'Where is it?' })
})

test('no field may be called what every object has', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const { id, url } = await createFlow(server, headers, documentWith({ fields: [{ id: name, label: 'x', type: 'text' }] }))
    expect((await server.send(`/api/v1/flows/${id}/publish`, { method: 'POST', headers })).status).toBe(422)
    expect((await server.send(url)).status).toBe(404)
  }
})

test('an address that sends without end is told to wait', async () => {
  const own = await startTestServer()
  const key = await own.makeKey(['admin'])
  const { url } = await publishFlow(own, key, documentWith({ fields }))
  const statuses: number[] = []
  // However few a slow machine sends while others become due.
  while (!statuses.includes(429)) {
    const sent = await own.send(url, {
      method: 'POST',
      body: 'name=N',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    statuses.push(sent.status)
    if (sent.status === 429) {
      expect(sent.headers['retry-after']).toMatch(/^[1-9]\d*$/)
      expect(sent.text).toContain('Too much was sent from your address')
    }
  }
  expect(statuses.length).toBeGreaterThan(30)
  expect(statuses[0]).toBe(200)
  await own.stop()
})

test('a page that can’t be taken just now, the first or a later one, says when to send it again', async () => {
  const own = await startTestServer({ listening: { maxBytesAtOnce: 20_000 } })
  const key = await own.makeKey(['admin'])
  const { url } = await publishFlow(own, key, {
    name: 'Long words',
    nodes: [
      { id: 'start', type: 'form', params: { fields: [{ id: 'words', label: 'Words', type: 'longText' }] } },
      { id: 'more', type: 'waitForForm', params: { timeout: '1d', fields: [{ id: 'words', label: 'Words', type: 'longText' }] } },
    ],
    edges: [{ source: 'start', target: 'more' }],
  })
  const send = (to: string, words: string) =>
    own.send(to, {
      method: 'POST',
      body: `words=${words}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  const second = String((await send(url, 'few')).headers.location)
  for (const to of [url, second]) {
    const refused = await send(to, 'x'.repeat(30_000))
    expect(refused.status).toBe(503)
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expect(refused.text).toContain('This did not work')
  }
  expect((await send(second, 'few')).status).toBe(200)
  await own.stop()
})
