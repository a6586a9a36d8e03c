import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chain, publishFlow } from '../testing/flows.ts'
import { startTestServer, type TestServer } from '../testing/test-server.ts'
import { waitFor } from '#engine/testing/wait-for.ts'
import { createMailReader } from './mail-reader.ts'
import { greetedTalk, smtpTalk, type SmtpTalk } from './testing/smtp-talk.ts'

let server: TestServer
let headers: { [name: string]: string }
let flowId: string
let port: number

beforeAll(async () => {
  server = await startTestServer()
  headers = await server.makeKey(['admin'])
  flowId = (await publishFlow(server, headers, chain({ id: 'start', type: 'email', params: { path: 'box' } }))).id
  port = await server.takeMail({ maxBytes: 64 * 1024, connectionsOfOne: 100, wrongPerMinute: 1000 })
})
afterAll(() => server.stop())

const envelope = ['MAIL FROM:<a@stranger.example>', 'RCPT TO:<box@mail.test>', 'DATA']

/** Hands a message in; gives what was answered to it. */
async function handIn(talk: SmtpTalk, message: string | Uint8Array): Promise<string> {
  expect(await talk.say(...envelope)).toMatch(/^354/)
  talk.send(message)
  talk.send('\r\n.\r\n')
  return talk.answer()
}

/** What is said last, before the listener hangs up. */
async function lastAnswer(talk: SmtpTalk): Promise<string> {
  for (let last = ''; ;) {
    const answer = await talk.answer()
    if (answer === '') return last
    last = answer
  }
}

async function subjects(): Promise<string[]> {
  const { json } = await server.send(`/api/v1/flows/${flowId}/requests?limit=200`, { headers })
  return (json['items'] as { subject: string | null }[]).map(({ subject }) => subject ?? '')
}

describe('what the listener says', () => {
  test('names no software and no version, and offers neither sign-in nor relaying', async () => {
    const talk = smtpTalk(port)
    const greeting = await talk.answer()
    const hello = await talk.say('EHLO me.example')
    expect(greeting).toBe('220 mail.test ESMTP')
    expect(hello.split(/\r\n/)).toEqual(['250-mail.test', '250-PIPELINING', '250-8BITMIME', '250-SMTPUTF8', '250 SIZE 65536'])
    for (const command of [
      'AUTH PLAIN AGEAYg==',
      'HELP',
      'EXPN box',
      'STARTTLS',
      'WIZ',
      'XCLIENT ADDR=127.0.0.1',
      'ETRN mail.test',
    ])
      expect(await talk.say(command)).toMatch(/^5\d\d /)
    expect(await talk.say('VRFY box')).toMatch(/^252/)
    talk.hangUp()
  })

  test('is no for every way to have it pass mail on', async () => {
    const talk = await greetedTalk(port)
    await talk.say('MAIL FROM:<a@stranger.example>')
    for (const to of [
      'b@elsewhere.example',
      'box%elsewhere.example@mail.test',
      'b@elsewhere.example@mail.test',
      '@mail.test:b@elsewhere.example',
      'elsewhere.example!b@mail.test',
      '"b@elsewhere.example"@mail.test',
      'box@[127.0.0.1]',
      'box@mail.test.elsewhere.example',
      'box',
      'postmaster@mail.test',
      "box'@mail.test",
      '../box@mail.test',
      `${'b'.repeat(300)}@mail.test`,
    ])
      expect(await talk.say(`RCPT TO:<${to}>`), to).toMatch(/^5\d\d /)
    expect(await talk.say('DATA')).toMatch(/^503/)
    talk.hangUp()
  })

  test('is a farewell for whoever talks before the greeting, or speaks another language', async () => {
    const early = smtpTalk(port)
    early.send('EHLO me.example\r\n')
    expect(await early.answer()).toMatch(/^421/)
    await early.closed
    const web = smtpTalk(port)
    await web.answer()
    expect(await web.say('POST / HTTP/1.1')).toMatch(/^421/)
    await web.closed
    const long = smtpTalk(port)
    await long.answer()
    long.send('E'.repeat(5000))
    expect(await long.answer()).toMatch(/^421/)
    await long.closed
  })
})

describe('a mail that is too much', () => {
  test('is refused by the size it announces, and by the size it has; the next one is taken', async () => {
    const talk = await greetedTalk(port)
    expect(await talk.say('MAIL FROM:<a@stranger.example> SIZE=65537')).toMatch(/^552/)
    expect(await handIn(talk, `Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(1000)}`)).toMatch(/^552/)
    expect(await handIn(talk, 'Subject: small\r\n\r\nhello')).toMatch(/^250/)
    // Attachments apart, a mail is no larger than what else comes in as data.
    const wide = await greetedTalk(await server.takeMail({ maxBytes: 4 * 1024 ** 2 }))
    expect(await handIn(wide, `Subject: long\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(20_000)}`)).toMatch(/^552/)
    wide.hangUp()
    expect(await subjects()).toEqual(['small'])
    talk.hangUp()
  })

  test('is cut off when it doesn’t end', async () => {
    const talk = await greetedTalk(port)
    await talk.say(...envelope)
    const stop = setInterval(() => talk.send('x'.repeat(16 * 1024)), 1)
    expect(await talk.answer()).toMatch(/^421/)
    await talk.closed
    clearInterval(stop)
  })

  test('is asked to come again while too much is held in memory', async () => {
    const tight = await server.takeMail({ maxBytes: 64 * 1024 })
    const talks = await Promise.all(Array.from({ length: 9 }, () => greetedTalk(tight)))
    const half = `${'x'.repeat(76)}\r\n`.repeat(750)
    for (const talk of talks) await talk.say(...envelope)
    // Eight of the largest size have room; what nine of them hold at once has not.
    for (const talk of talks) talk.send(`${half}${'y'.repeat(6000)}`)
    const answers = talks.map((talk) => {
      talk.send('\r\n.\r\n')
      return talk.answer()
    })
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^(250|452)/)
    expect(await handIn(await greetedTalk(tight), 'Subject: after\r\n\r\n')).toMatch(/^250/)
    for (const talk of talks) talk.hangUp()
  })

  test('may name so many recipients', async () => {
    const few = await greetedTalk(await server.takeMail({ recipients: 2 }))
    await few.say('MAIL FROM:<a@stranger.example>')
    expect(await few.say('RCPT TO:<box+1@mail.test>', 'RCPT TO:<box+2@mail.test>')).toMatch(/^250/)
    expect(await few.say('RCPT TO:<box+3@mail.test>')).toMatch(/^452/)
    expect(await few.say('RCPT TO:<box+2@mail.test>')).toMatch(/^250/)
    few.hangUp()
  })
})

describe('a sender who asks for too much', () => {
  test('is told to come again later: mails, connections, wrong addresses', async () => {
    const strict = await server.takeMail({ perMinute: 2, connectionsOfOne: 2, wrongPerMinute: 2, mailsOfConnection: 100 })
    const one = await greetedTalk(strict)
    const two = await greetedTalk(strict)
    const three = smtpTalk(strict)
    expect(await three.answer()).toMatch(/^421/)
    await three.closed
    await two.say('MAIL FROM:<>', 'RCPT TO:<a@mail.test>', 'RCPT TO:<b@mail.test>')
    expect(await two.say('RCPT TO:<c@mail.test>')).toMatch(/^421/)
    await two.closed
    // Its place is free again, once its end has come to the listener too.
    const four = await waitFor('a place', async () => {
      const talk = smtpTalk(strict)
      return (await talk.answer()).startsWith('220') && talk
    })
    await four.say('EHLO sender.example')
    expect(await one.say('MAIL FROM:<>')).toMatch(/^250/)
    expect(await four.say('MAIL FROM:<>')).toMatch(/^451/)
    one.hangUp()
    four.hangUp()
  })

  test('is told so when a mailbox gets too much', async () => {
    const talk = await greetedTalk(await server.takeMail({ ofMailboxPerMinute: 2 }))
    expect(await talk.say('MAIL FROM:<>', 'RCPT TO:<box@mail.test>', 'RCPT TO:<Box+2@mail.test>')).toMatch(/^250/)
    expect(await talk.say('RCPT TO:<box+3@mail.test>')).toMatch(/^451/)
    talk.hangUp()
  })

  test('waits after a mail that took too much to read', async () => {
    const talk = await greetedTalk(await server.takeMail({ maxBytes: 8 * 1024 ** 2 }))
    const bomb = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\n'.repeat(1_000_000)}`
    expect(await handIn(talk, bomb)).toMatch(/^554/)
    expect(await talk.say('MAIL FROM:<a@stranger.example>')).toMatch(/^451/)
    talk.hangUp()
  })

  test('has so many mails in one connection', async () => {
    const talk = await greetedTalk(await server.takeMail({ mailsOfConnection: 2 }))
    expect(await handIn(talk, 'Subject: first of two\r\n\r\n')).toMatch(/^250/)
    expect(await handIn(talk, 'Subject: second of two\r\n\r\n')).toMatch(/^250/)
    expect(await talk.say('MAIL FROM:<>')).toMatch(/^421/)
    await talk.closed
  })

  test('is cut off when nothing comes, when a mail drips, and after a while anyway', async () => {
    expect(await lastAnswer(smtpTalk(await server.takeMail({ idleMs: 200 })))).toMatch(/^421/)
    const dripping = await greetedTalk(await server.takeMail({ messageMs: 300 }))
    await dripping.say(...envelope)
    const drip = setInterval(() => dripping.send('x'), 20)
    expect(await lastAnswer(dripping)).toMatch(/^421/)
    clearInterval(drip)
    const long = smtpTalk(await server.takeMail({ connectionMs: 300 }))
    expect(await long.answer()).toMatch(/^220/)
    const noop = setInterval(() => long.send('NOOP\r\n'), 20)
    expect(await lastAnswer(long)).toMatch(/^421/)
    clearInterval(noop)
  })

  test('who breaks off in the middle started nothing', async () => {
    const before = await subjects()
    const talk = await greetedTalk(port)
    await talk.say(...envelope)
    talk.send('Subject: half a mail\r\n\r\nand then')
    talk.hangUp()
    await talk.closed
    expect(await handIn(await greetedTalk(port), 'Subject: whole\r\n\r\n')).toMatch(/^250/)
    expect(await subjects()).toEqual(['whole', ...before])
  })
})

describe('a mail that means harm', () => {
  test('smuggles no second one in behind an end that is none', async () => {
    const before = (await subjects()).length
    for (const end of ['\n.\n', '\r\n.\n', '\n.\r\n', '\r.\r', '\r\n\0.\r\n', '\n.\r']) {
      const talk = await greetedTalk(port)
      const second = `MAIL FROM:<admin@mail.test>\r\nRCPT TO:<box@mail.test>\r\nDATA\r\nSubject: smuggled\r\n\r\n`
      expect(await handIn(talk, `Subject: bait\r\n\r\nhello${end}${second}`)).toMatch(/^250/)
      talk.hangUp()
    }
    const after = await subjects()
    expect(after.length - before).toBe(6)
    expect(after).not.toContain('smuggled')
  })

  test.each<[string, string]>([
    [
      'parts in parts without end',
      Array.from({ length: 60 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(''),
    ],
    ['headers without end', `Subject: x\r\n${'X-A: b\r\n'.repeat(50_000)}\r\n`],
    ['one header without end', `X-A: ${'b'.repeat(300_000)}\r\n\r\n`],
    [
      'more attachments than anybody sends',
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: a/b\r\n\r\nx\r\n'.repeat(600)}--b--`,
    ],
    ['addresses without end', `To: ${'a@b.c,'.repeat(5000)}\r\n\r\n`],
  ])('is refused: %s', async (_what, message) => {
    const talk = await greetedTalk(await server.takeMail())
    expect(await handIn(talk, message)).toMatch(/^554 /)
    expect(await handIn(talk, 'Subject: after\r\n\r\n')).toMatch(/^250/)
    talk.hangUp()
  })

  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no heading', '\r\n\r\nwords'],
    ['a heading that is none', 'no colon here\r\n: nothing\r\n__proto__: x\r\nconstructor: y\r\n\r\nwords'],
    ['bytes that are no text', new Uint8Array([...Array(256).keys(), 13, 10, 13, 10, ...Array(256).keys()])],
    ['NULs', 'Subject: \0a\0\r\n\r\n\0\0'],
    [
      'encodings that don’t exist',
      'Subject: =?x-none?q?=FF=FE?= =?utf-8?b?%%%?=\r\nContent-Type: text/plain; charset=none\r\nContent-Transfer-Encoding: none\r\n\r\n\xff',
    ],
    ['half a pair of UTF-16', 'Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\nANgA2A=='],
    ['base64 that is none', 'Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n!!!!A'],
    ['a date that is none, a name without end', `Date: 99 Foo 99999\r\nMessage-ID: <${'x'.repeat(5000)}>\r\n\r\n`],
    [
      'a part that doesn’t end',
      'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: application/pdf\r\n\r\nx',
    ],
    ['a border without a name', 'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n----\r\n'],
    [
      'a file called like no file',
      'Content-Type: a/b\r\nContent-Disposition: attachment; filename="../../etc/\0pass\twd\\"\r\n\r\nx',
    ],
  ])('is read as well as it can be: %s', async (_what, message) => {
    const talk = await greetedTalk(port)
    expect(await handIn(talk, message)).toMatch(/^250/)
    talk.hangUp()
  })

  test('whatever bytes come, each mail is answered and each run can be read', async () => {
    const words = [
      'Content-Type: ',
      'multipart/mixed; boundary=b',
      'message/rfc822',
      '\r\n',
      '\r\n\r\n',
      '--b',
      '--b--',
      '=?utf-8?b?',
      '?=',
      'Subject: ',
      'From: ',
      '<a@b>',
      '"',
      '(',
      '\\',
      ';',
      'charset=',
      'utf-7',
      'base64',
      'Content-Transfer-Encoding: ',
      '\u00e9',
      '\0',
      '=',
      '<p>',
      '&#x110000;',
      "filename*0*=utf-8''%",
    ]
    const message = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 40 })
    const talk = await greetedTalk(await server.takeMail({ mailsOfConnection: 1000 }))
    await fc.assert(
      fc.asyncProperty(message, async (parts) => {
        // A dot at the beginning of a line is doubled, as every sender does it.
        expect(await handIn(talk, parts.join('').replaceAll(/(^|\n)\./g, '$1..'))).toMatch(/^(250|554)/)
      }),
      { numRuns: 150 },
    )
    talk.hangUp()
    const { json } = await server.send(`/api/v1/flows/${flowId}/requests?limit=200`, { headers })
    for (const { id } of json['items'] as { id: string }[]) {
      const shown = await server.send(`/api/v1/flows/${flowId}/requests/${id}`, { headers })
      expect(shown.status).toBe(200)
      expect(shown.json['trigger']).toMatchObject({ kind: 'email', body: { subject: expect.any(String) } })
    }
  })

  test('costs the thread that reads it, and no other mail', async () => {
    const reader = createMailReader({ memoryMb: 24, timeoutMs: 600_000 })
    const bytes = (text: string) => new TextEncoder().encode(text)
    const bomb = () => bytes(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\n'.repeat(500_000)}`)
    const fine = () => reader.read(bytes('Subject: fine\r\n\r\n'))
    const outcomes = await Promise.allSettled([reader.read(bomb()), fine(), reader.read(bomb()), fine()])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[0]).toMatchObject({ reason: { name: 'UnreadableMail', why: 'memory' } })
    await reader.stop()
    // A thread begins in no millisecond: this is over before it has read anything.
    const hurried = createMailReader({ timeoutMs: 0 })
    await expect(hurried.read(bytes('Subject: x\r\n\r\n'))).rejects.toMatchObject({ why: 'time' })
    await hurried.stop()
  })
})

test('what strangers sent shows as text, and HTML of theirs is never part of a page', async () => {
  const talk = await greetedTalk(port)
  await handIn(talk, 'Subject: <script>alert(1)</script>\r\nContent-Type: text/html\r\n\r\n<script>alert(2)</script><p>hi</p>')
  talk.hangUp()
  const shown = await waitFor('the request', async () => {
    const { json } = await server.send(`/api/v1/flows/${flowId}/requests`, { headers })
    return (json['items'] as { subject: string; id: string }[]).find(({ subject }) => subject.startsWith('<script>'))
  })
  const one = await server.send(`/api/v1/flows/${flowId}/requests/${shown.id}`, { headers })
  expect(one.headers['content-type']).toMatch(/^application\/json/)
  expect(one.json['trigger']).toMatchObject({ body: { text: 'hi', html: expect.stringContaining('<script>') } })
})
