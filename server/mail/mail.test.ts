import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chain, createFlow, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'

let server: TestServer
let headers: { [name: string]: string }
let port: number

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  port = await server.takeMail()
})
afterAll(() => server.stop())

interface Shown {
  status: string
  output: unknown
  trigger: { body: { [name: string]: unknown }; [name: string]: unknown }
}

const flowAt = (path: string | undefined, params: object = {}) =>
  chain(
    { id: 'start', type: 'email', params: { ...(path === undefined ? {} : { path }), ...params } },
    { id: 'end', type: 'output', params: { value: '{{ trigger.body.subject }}' } },
  )
const note: SendMailOptions = { from: 'Nimbus <hello@nimbus.example>', subject: 'Order 7', text: 'Seven of them, please.\n' }

function mail(to: SendMailOptions['to'], more: SendMailOptions = {}) {
  return createTransport({ host: '127.0.0.1', port, ignoreTLS: true }).sendMail({ ...note, to, ...more })
}

async function runsOf(flowId: string): Promise<{ id: string }[]> {
  return (await server.send(`/api/v1/runs?flowId=${flowId}`, { headers })).json['items'] as { id: string }[]
}
async function ended(flowId: string, count = 1): Promise<Shown[]> {
  const runs = await waitFor('the runs', async () => {
    const found = await runsOf(flowId)
    return found.length >= count ? found : undefined
  })
  return Promise.all(
    runs.map(({ id }) =>
      waitFor('the run to end', async () => {
        const { json } = await server.send(`/api/v1/runs/${id}`, { headers })
        return json['status'] === 'succeeded' ? (json as unknown as Shown) : undefined
      }),
    ),
  )
}
async function inboxOf(flowId: string): Promise<{ [name: string]: unknown }[]> {
  const { json } = await server.send(`/api/v1/flows/${flowId}/requests`, { headers })
  return json['items'] as { [name: string]: unknown }[]
}

describe('an e-mail to a flow', () => {
  test('starts a run with who wrote what, attachments as files', async () => {
    const { id } = await publishFlow(server, headers, flowAt('orders'))
    const sent = await mail('Orders <Orders+eu@Mail.Test>', {
      cc: ['a@nimbus.example', 'Bea <b@nimbus.example>'],
      replyTo: 'reply@nimbus.example',
      html: '<p>Seven of <b>them</b>, please.</p>',
      inReplyTo: '<earlier@nimbus.example>',
      references: ['<first@nimbus.example>', '<earlier@nimbus.example>'],
      headers: { 'X-Shop': 'north' },
      attachments: [
        { filename: 'offer.pdf', content: Buffer.from([0, 1, 2, 255]), contentType: 'application/pdf' },
        { filename: 'logo.png', content: 'picture', contentType: 'image/png', cid: 'logo@nimbus' },
      ],
    })
    expect(sent.response).toMatch(/^250 /)
    const [run] = await ended(id)
    expect(run).toMatchObject({ subject: 'Order 7', output: 'Order 7' })
    const { body, ...trigger } = run?.trigger ?? { body: {} }
    expect(trigger).toMatchObject({
      kind: 'email',
      path: 'orders',
      tag: 'eu',
      sender: 'hello@nimbus.example',
      delivery: sent.messageId.slice(1, -1),
      headers: { 'x-shop': 'north', subject: 'Order 7' },
    })
    expect(body).toMatchObject({
      subject: 'Order 7',
      from: { name: 'Nimbus', address: 'hello@nimbus.example' },
      to: [{ name: 'Orders', address: 'Orders+eu@mail.test' }],
      cc: [
        { name: '', address: 'a@nimbus.example' },
        { name: 'Bea', address: 'b@nimbus.example' },
      ],
      replyTo: [{ name: '', address: 'reply@nimbus.example' }],
      text: 'Seven of them, please.',
      html: expect.stringContaining('<b>them</b>'),
      date: expect.stringMatching(/^\d{4}-.*Z$/),
      messageId: sent.messageId.slice(1, -1),
      inReplyTo: 'earlier@nimbus.example',
      references: ['first@nimbus.example', 'earlier@nimbus.example'],
      attachments: expect.arrayContaining([
        {
          $file: expect.stringMatching(/^file_/),
          name: 'offer.pdf',
          type: 'application/pdf',
          size: 4,
          contentId: '',
          inline: false,
        },
        {
          $file: expect.stringMatching(/^file_/),
          name: 'logo.png',
          type: 'image/png',
          size: 7,
          contentId: 'logo@nimbus',
          inline: true,
        },
      ]),
    })
    const offer = (body['attachments'] as { $file: string; name: string }[]).find(({ name }) => name === 'offer.pdf')
    const file = await server.send(`/api/v1/files/${offer?.$file}`, { headers })
    expect(file.status).toBe(200)
    expect(file.headers['content-length']).toBe('4')
  })

  test('is told to nobody who asks for an address that is none', async () => {
    await publishFlow(server, headers, chain({ id: 'start', type: 'webhook', params: { path: 'a-hook' } }))
    for (const to of ['nobody@mail.test', 'orders@elsewhere.test', 'a-hook@mail.test'])
      await expect(mail(to)).rejects.toMatchObject({ responseCode: 550 })
  })

  test('brings files that steps read', async () => {
    const code = `export default async ({ trigger, files }: Context) => {
      const [list] = trigger.body.attachments
      return (await (await files.read(list)).text()).split('\\n').length
    }`
    const { id } = await publishFlow(
      server,
      headers,
      chain({ id: 'start', type: 'email', params: { path: 'lists' } }, { id: 'lines', type: 'code', params: { code } }),
    )
    await mail('lists@mail.test', { attachments: [{ filename: 'list.csv', content: 'a\nb\nc' }] })
    expect((await ended(id))[0]?.output).toBe(3)
  })

  test('goes to each of the flows it is addressed to, once', async () => {
    const one = await publishFlow(server, headers, flowAt('sales'))
    const two = await publishFlow(server, headers, flowAt('billing'))
    const attachments = [{ filename: 'a.txt', content: 'a' }]
    await mail(['sales@mail.test', 'Sales@mail.test', 'billing@mail.test'], { attachments })
    const [ofSales] = await ended(one.id)
    const [ofBilling] = await ended(two.id)
    const fileOf = (run?: Shown) => (run?.trigger.body['attachments'] as { $file: string }[] | undefined)?.[0]?.$file
    // Each flow has its own: deleting one takes its files along.
    expect(fileOf(ofSales)).not.toBe(fileOf(ofBilling))
    expect(await runsOf(one.id)).toHaveLength(1)
    expect(await runsOf(two.id)).toHaveLength(1)
  })

  test('starts one run however often it is sent, and keeps its files once', async () => {
    const { id } = await publishFlow(server, headers, flowAt('again'))
    const same = { messageId: '<same@nimbus.example>', attachments: [{ filename: 'a.txt', content: 'a' }] }
    await Promise.all([1, 2, 3].map(() => mail('again@mail.test', same)))
    await mail('again+other@mail.test', same)
    expect(await ended(id, 2)).toHaveLength(2)
    const { rows } = await server.database.pool.query('select id from app.files where flow_id = $1', [id])
    expect(rows).toHaveLength(2)
  })

  test('that takes the name of another one, and says something else, does not stand in its way', async () => {
    const { id } = await publishFlow(server, headers, flowAt('named'))
    const named = { messageId: '<order-7@nimbus.example>' }
    await mail('named@mail.test', { ...named, subject: 'Made up', text: 'by whoever knows the name' })
    for (const _ of [1, 2]) await mail('named@mail.test', named)
    expect(await ended(id, 2)).toHaveLength(2)
  })

  test('without a name of its own is known by its content', async () => {
    const { id } = await publishFlow(server, headers, flowAt('nameless'))
    const raw = (text: string) => ({ raw: `From: a@nimbus.example\r\nSubject: Hi\r\n\r\n${text}\r\n` })
    const envelope = { from: 'a@nimbus.example', to: 'nameless@mail.test' }
    for (const text of ['one', 'one', 'two']) await mail([], { ...raw(text), envelope })
    expect((await ended(id, 2)).map(({ trigger }) => trigger.body['text']).toSorted()).toEqual(['one', 'two'])
  })

  test('starts nothing where the flow says so, and is kept', async () => {
    const { id } = await publishFlow(
      server,
      headers,
      flowAt('only', { onlyIf: "{{ trigger.body.subject.startsWith('Order') }}" }),
    )
    await mail('only@mail.test', { subject: 'Your free offer' })
    await mail('only@mail.test')
    expect(await ended(id)).toHaveLength(1)
    const kept = (await inboxOf(id)).find(({ state }) => state === 'kept')
    expect(kept).toMatchObject({
      reason: 'only_if',
      method: 'MAIL',
      path: 'only',
      subject: 'Your free offer',
      remote: '127.0.0.1',
    })
  })

  test('is refused from senders who may not write, of whom no more than the heading is noted', async () => {
    const { id } = await publishFlow(server, headers, flowAt('members', { allowFrom: ['nimbus.example', 'Bea@other.example'] }))
    const from = (address: string) => mail('members@mail.test', { from: address, text: 'secret words' })
    await from('a@nimbus.example')
    await from('bea@other.example')
    for (const stranger of ['a@other.example', 'a@sub.nimbus.example', 'nimbus.example@evil.example'])
      await expect(from(stranger)).rejects.toMatchObject({ responseCode: 550 })
    expect(await ended(id, 2)).toHaveLength(2)
    const rejected = (await inboxOf(id)).filter(({ state }) => state === 'rejected')
    expect(rejected).toHaveLength(3)
    const { json, text } = await server.send(`/api/v1/flows/${id}/requests/${rejected[2]?.['id'] as string}`, { headers })
    expect(json).toMatchObject({ reason: 'sender_not_allowed', trigger: 'From: a@other.example\nSubject: Order 7' })
    expect(text).not.toContain('secret words')
  })
})

describe('while a flow is not live', () => {
  test('its mail is kept, is the sample of a draft, and can be sent through', async () => {
    const flow = await createFlow(server, headers, flowAt(undefined))
    const { json } = await server.send(`/api/v1/flows/${flow.id}`, { headers })
    const [endpoint] = json['endpoints'] as { kind: string; url: string; nodeId: string }[]
    expect(endpoint).toEqual({
      nodeId: 'start',
      kind: 'email',
      listening: true,
      url: expect.stringMatching(/^mailto:[0-9a-f]{32}@mail\.test$/),
    })
    const address = endpoint?.url.slice('mailto:'.length) ?? ''
    await mail(address.toUpperCase(), { attachments: [{ filename: 'a.txt', content: 'a' }] })
    expect(await runsOf(flow.id)).toEqual([])
    const [kept] = await inboxOf(flow.id)
    expect(kept).toMatchObject({ state: 'kept', reason: 'draft', subject: 'Order 7', unusual: [] })
    const sample = await server.send(`/api/v1/flows/${flow.id}/samples/start`, { headers })
    expect(sample.json).toMatchObject({ source: 'request', value: { kind: 'email', body: { subject: 'Order 7' } } })
    await server.send(`/api/v1/flows/${flow.id}/publish`, { method: 'POST', headers })
    const sent = await server.send(`/api/v1/flows/${flow.id}/requests/${kept?.['id'] as string}/send`, {
      method: 'POST',
      headers,
      body: { to: 'live' },
    })
    expect(sent.status).toBe(201)
    expect(await ended(flow.id)).toHaveLength(1)
    expect(await inboxOf(flow.id)).toMatchObject([{ state: 'started' }])
  })

  test('mail to a paused one starts its runs when it goes on, each mail one', async () => {
    const { id } = await publishFlow(server, headers, flowAt('paused'))
    const set = (what: string) => server.send(`/api/v1/flows/${id}/${what}`, { method: 'POST', headers })
    await set('pause')
    const same = { messageId: '<same@nimbus.example>' }
    for (const subject of ['one', 'one']) await mail('paused@mail.test', { subject, ...same })
    await mail('paused@mail.test', { subject: 'two' })
    expect(await runsOf(id)).toEqual([])
    await set('resume')
    expect((await ended(id, 2)).map(({ output }) => output).toSorted()).toEqual(['one', 'two'])
    await waitFor('all to be sent through', async () =>
      (await inboxOf(id)).every(({ state }) => state === 'started') ? true : undefined,
    )
    expect(await runsOf(id)).toHaveLength(2)
  })

  test('mail to a disabled one is kept', async () => {
    const { id } = await publishFlow(server, headers, flowAt('off'))
    await server.send(`/api/v1/flows/${id}/disable`, { method: 'POST', headers })
    await mail('off@mail.test')
    expect(await inboxOf(id)).toMatchObject([{ state: 'kept', reason: 'disabled' }])
  })
})

test('an address belongs to one flow, and is written in small letters', async () => {
  await publishFlow(server, headers, flowAt('mine'))
  const other = await createFlow(server, headers, flowAt('mine'))
  const problemsOf = async (id: string) =>
    (await server.send(`/api/v1/flows/${id}/validate`, { method: 'POST', headers, body: {} })).json['problems']
  expect(await problemsOf(other.id)).toMatchObject([{ code: 'path_taken' }])
  const large = await createFlow(server, headers, flowAt('Mine'))
  expect(await problemsOf(large.id)).toMatchObject([{ nodeId: 'start', param: 'path' }])
})

test('what became of mails is counted for whoever watches the server', async () => {
  const counts = async () => {
    const { text } = await server.send('/metrics')
    return ['taken', 'refused', 'put_off'].map((outcome) =>
      Number(new RegExp(`holdfast_mails_total{outcome="${outcome}"} (\\d+)`).exec(text)?.[1]),
    )
  }
  await publishFlow(server, headers, flowAt('counted', { allowFrom: ['nimbus.example'] }))
  const [taken = 0, refused = 0, putOff] = await counts()
  await mail('counted@mail.test')
  await expect(mail('nobody@mail.test')).rejects.toMatchObject({ responseCode: 550 })
  await expect(mail('counted@mail.test', { from: 'a@elsewhere.example' })).rejects.toMatchObject({ responseCode: 550 })
  // Told to the sender a moment before it is counted.
  await waitFor('the counts', async () => {
    const now = await counts()
    return now[0] === taken + 1 && now[1] === refused + 2 && now[2] === putOff ? true : undefined
  })
})
