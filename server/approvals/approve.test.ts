import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiOf } from '../testing/api-of.ts'
import { publishFlow } from '../testing/flows.ts'
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
const api = apiOf(
  () => server,
  () => headers,
)

async function publish(params: object): Promise<string> {
  const { id } = await publishFlow(server, headers, {
    name: 'New lead to team',
    nodes: [
      { id: 'start', type: 'manual' },
      { id: 'ask', type: 'approval', params },
      { id: 'yes', type: 'output', params: { value: '{{ steps.ask }}' } },
      { id: 'no', type: 'output', params: { value: '{{ steps.ask }}' } },
    ],
    edges: [
      { source: 'start', target: 'ask' },
      { source: 'ask', sourceHandle: 'approved', target: 'yes' },
      { source: 'ask', sourceHandle: 'rejected', target: 'no' },
    ],
  })
  return id
}

interface Asking {
  runId: string
  /** The address of its page, without the host. */
  page: string
}

async function ask(params: object, as: Headers = headers): Promise<Asking> {
  const flowId = await publish({ title: 'Approve a discount for <Nimbus> Ltd?', ...params })
  const started = await api('POST', `/flows/${flowId}/runs`, {}, as)
  const runId = String(started.json['id'])
  const url = await waitFor('the question', async () => {
    const { json } = await api('GET', `/runs/${runId}`)
    return (json['waits'] as { url?: string }[])[0]?.url
  })
  return { runId, page: url.slice(server.url.length) }
}

const ended = (runId: string) =>
  waitFor('the run to end', async () => {
    const { json } = await api('GET', `/runs/${runId}`)
    return json['status'] === 'succeeded' && json
  })
const post = (page: string, body: object, more: Headers = {}) => server.send(page, { method: 'POST', body, headers: more })
const submit = (page: string, form: { [name: string]: string }, more: Headers = {}) =>
  server.send(page, {
    method: 'POST',
    body: new URLSearchParams({ token: decodeURIComponent(page.split('/approve/')[1] ?? ''), ...form }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...more },
  })

const fields = [
  { id: 'discount', label: 'Discount you approve', type: 'number', required: true, default: 12 },
  { id: 'plan', label: 'Plan', type: 'choice', options: ['small', 'big'] },
  { id: 'extras', label: 'Extras', type: 'choices', options: ['a', 'b'] },
  { id: 'agreed', label: 'Agreed', type: 'boolean' },
]

describe('the page of a question', () => {
  test('says what is asked, of whom it comes and what can be filled in, and changes nothing', async () => {
    const { runId, page } = await ask({ message: 'Amount <b>1250</b>', fields, timeout: '2d', onTimeout: 'reject' })
    for (let n = 0; n < 3; n++) {
      const sent = await server.send(page)
      expect(sent.status).toBe(200)
      expect(sent.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(sent.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/)
      expect(sent.headers['cache-control']).toBe('no-store')
      expect(sent.text).toContain('Approve a discount for &lt;Nimbus&gt; Ltd?')
      expect(sent.text).toContain('Amount &lt;b&gt;1250&lt;/b&gt;')
      expect(sent.text).toContain('New lead to team')
      expect(sent.text).toMatch(/<input type="number"[^>]*value="12"/)
      expect(sent.text).toContain('it counts as declined')
      expect(sent.text).not.toMatch(/<script|javascript:|style="/)
    }
    expect((await server.send(page, { method: 'HEAD' })).status).toBe(200)
    expect((await api('GET', `/runs/${runId}`)).json['status']).toBe('waiting')
  })

  test('takes an answer without scripts, and shows it afterwards', async () => {
    const { runId, page } = await ask({ fields })
    const sent = await submit(page, {
      decision: 'approve',
      comment: 'fine by me',
      'field-discount': '7.5',
      'field-plan': 'big',
      'field-extras': 'b',
      'field-agreed': 'true',
    })
    expect(sent.status).toBe(303)
    expect(await ended(runId)).toMatchObject({
      output: {
        decision: 'approved',
        by: null,
        comment: 'fine by me',
        fields: { discount: 7.5, plan: 'big', extras: ['b'], agreed: true },
      },
    })
    const shown = await server.send(String(sent.headers.location))
    expect(shown.text).toMatch(/Approved by Somebody with the link/)
    expect(shown.text).not.toContain('<form')
    const second = await submit(page, { decision: 'reject' })
    expect(second.status).toBe(409)
    expect(second.text).toMatch(/Approved by Somebody with the link/)
  })

  test('says what is wrong with an answer, and keeps what was filled in', async () => {
    const { runId, page } = await ask({ fields })
    const sent = await submit(page, { decision: 'approve', comment: 'hm', 'field-discount': '', 'field-plan': 'big' })
    expect(sent.status).toBe(422)
    expect(sent.text).toContain('This must be filled in.')
    expect(sent.text).toContain('<option value="big" selected>')
    expect(sent.text).toContain('>hm</textarea>')
    expect((await api('GET', `/runs/${runId}`)).json['status']).toBe('waiting')
    expect((await submit(page, { decision: 'reject', 'field-discount': '' })).status).toBe(303)
    expect(await ended(runId)).toMatchObject({ output: { decision: 'rejected' } })
  })

  test('takes no form that another site has made', async () => {
    const { runId, page } = await ask({})
    expect((await submit(page, { decision: 'approve', token: 'guessed' })).status).toBe(403)
    expect((await api('GET', `/runs/${runId}`)).json['status']).toBe('waiting')
  })

  test('is not there for a forged link, and takes nothing but GET and POST', async () => {
    const { page } = await ask({})
    expect((await server.send(`${page}x`)).status).toBe(404)
    expect((await post(`${page}x`, { decision: 'approve' })).status).toBe(404)
    expect((await server.send(page, { method: 'DELETE' })).status).toBe(405)
  })
})

describe('a program with the link', () => {
  test('answers with nothing but the token, once', async () => {
    const { runId, page } = await ask({})
    const sent = await Promise.all([
      post(page, { decision: 'approve', comment: 'ok' }),
      post(page, { decision: 'reject' }),
      post(page, { decision: 'approve' }),
    ])
    expect(sent.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    const refused = sent.find(({ status }) => status === 409)
    expect(refused?.json).toMatchObject({ code: 'already_settled', detail: expect.stringMatching(/answered at 20/) })
    await ended(runId)
  })

  test('is told what it sent wrong', async () => {
    const { page } = await ask({ fields })
    expect((await post(page, { decision: 'perhaps' })).json).toMatchObject({ status: 422, errors: [{ path: 'decision' }] })
    expect((await post(page, { decision: 'approve', fields: { discount: 'x' } })).json).toMatchObject({
      status: 422,
      errors: [{ path: 'fields.discount' }],
    })
    expect((await server.send(page, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).status).toBe(
      400,
    )
  })

  test('is told when the question is over', async () => {
    const { runId, page } = await ask({})
    await api('POST', `/runs/${runId}/cancel`, {})
    await waitFor('it to be cancelled', async () => (await api('GET', `/runs/${runId}`)).json['status'] === 'cancelled')
    expect((await post(page, { decision: 'approve' })).json).toMatchObject({ status: 410, code: 'expired' })
    expect((await server.send(page)).status).toBe(410)
  })
})

describe('members', () => {
  test('see what waits for them, and answer it', async () => {
    const owner = await server.signIn('owner')
    const { json: me } = await api('GET', '/me', undefined, owner)
    const viewer = await server.signIn('viewer')
    const { runId } = await ask({ approvers: [String(me['id']), 'outside@example.com'], required: 2 })
    const mine = await api('GET', '/approvals', undefined, owner)
    const [item] = mine.json['items'] as { id: string; runId: string; mayDecide: boolean }[]
    expect(item).toMatchObject({ runId, mayDecide: true, status: 'open', approvals: 0, required: 2 })
    expect((await api('GET', '/approvals', undefined, viewer)).json['items']).toEqual([])
    const id = item?.id ?? ''
    expect((await api('POST', `/approvals/${id}`, { decision: 'approve' }, viewer)).status).toBe(403)
    expect((await api('POST', `/approvals/${id}`, { decision: 'approve' })).status).toBe(403)
    expect((await api('POST', `/approvals/${id}`, { decision: 'approve' }, owner)).json).toMatchObject({
      approvals: 1,
      status: 'open',
      mayDecide: false,
    })
    expect((await api('POST', `/approvals/${id}`, { decision: 'reject' }, owner)).status).toBe(409)
    const { rows } = await server.database.pool.query('select actor, target from app.audit_log where action = $1', [
      'approval.approved',
    ])
    expect(rows).toContainEqual({ actor: me['id'], target: id })
    await api('POST', `/runs/${runId}/cancel`, {})
  })

  test('who started the run don’t decide it where the step says so, also not by a key of theirs', async () => {
    const owner = await server.signIn('owner')
    const { page, runId } = await ask({ excludeRequester: true })
    const all = await api('GET', '/approvals?show=all', undefined, owner)
    const item = (all.json['items'] as { id: string; runId: string; mayDecide: boolean }[]).find((one) => one.runId === runId)
    expect(item?.mayDecide).toBe(false)
    expect((await api('POST', `/approvals/${item?.id ?? ''}`, { decision: 'approve' }, owner)).json).toMatchObject({
      status: 403,
      detail: expect.stringMatching(/You started this run/),
    })
    expect((await post(page, { decision: 'approve' })).status).toBe(403)
    const builder = await server.signIn('builder')
    expect((await api('POST', `/approvals/${item?.id ?? ''}`, { decision: 'approve' }, builder)).json).toMatchObject({
      status: 'approved',
    })
    await ended(runId)
    expect((await api('GET', '/approvals?show=done', undefined, builder)).json['items']).toContainEqual(
      expect.objectContaining({ runId, status: 'approved', mayDecide: false }),
    )
  })

  test('of another workspace see nothing of it', async () => {
    const { runId } = await ask({})
    const theirs = await server.makeKey(['admin'], await server.makeWorkspace())
    expect((await api('GET', '/approvals?show=all', undefined, theirs)).json['items']).toEqual([])
    const { json } = await api('GET', '/approvals?show=all')
    const item = (json['items'] as { id: string; runId: string }[]).find((one) => one.runId === runId)
    expect((await api('GET', `/approvals/${item?.id ?? ''}`)).status).toBe(200)
    expect((await api('GET', `/approvals/${item?.id ?? ''}`, undefined, theirs)).status).toBe(404)
  })

  test('who may only look at runs are not shown the links that decide', async () => {
    const { runId } = await ask({})
    const viewer = await server.signIn('viewer')
    const seen = await api('GET', `/runs/${runId}`, undefined, viewer)
    expect(seen.json['waits']).toMatchObject([{ kind: 'approval' }])
    expect(seen.text).not.toContain('/approve/')
    expect((await api('GET', `/runs/${runId}`, undefined, await server.makeKey(['read']))).text).not.toContain('/approve/')
  })
})

test('a link made for one person answers as them, and once', async () => {
  const { id } = await publishFlow(server, headers, {
    nodes: [
      { id: 'start', type: 'manual' },
      { id: 'links', type: 'set', params: { values: { a: "{{ run.approvalUrl('ask', 'ana@example.com') }}" } } },
      { id: 'ask', type: 'approval', params: { title: 'Well?', approvers: ['ana@example.com', 'ben@example.com'], required: 2 } },
    ],
    edges: [
      { source: 'start', target: 'links' },
      { source: 'links', target: 'ask' },
    ],
  })
  const started = await api('POST', `/flows/${id}/runs`, {})
  const runId = String(started.json['id'])
  await waitFor('the question', async () => (await api('GET', `/runs/${runId}`)).json['status'] === 'waiting')
  const { json } = await api('GET', `/runs/${runId}/steps`)
  const links = (json['items'] as { path: string; output: { a: string } }[]).find(({ path }) => path === 'links')
  const page = String(links?.output.a).slice(server.url.length)
  expect((await post(page, { decision: 'approve' })).json).toMatchObject({ outcome: 'counted' })
  expect((await post(page, { decision: 'approve' })).status).toBe(409)
  expect((await server.send(page)).text).toContain('Your answer was counted. 1 of 2')
})

test('a step that asks a member who is none is not published', async () => {
  const made = await api('POST', '/flows', {
    document: {
      nodes: [
        { id: 'start', type: 'manual' },
        { id: 'ask', type: 'approval', params: { title: 'Well?', approvers: ['user_nobody', 'no address'] } },
      ],
      edges: [{ source: 'start', target: 'ask' }],
    },
  })
  const { json } = await api('POST', `/flows/${String(made.json['id'])}/validate`, {})
  expect(json['problems']).toMatchObject([
    { nodeId: 'ask', param: 'approvers.1', message: expect.stringMatching(/e-mail address/) },
    { nodeId: 'ask', param: 'approvers', message: expect.stringMatching(/no member "user_nobody"/) },
  ])
})
