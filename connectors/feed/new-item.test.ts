import type { ServerResponse } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { callPoll } from '../testing/call-poll.ts'
import { type SeenRequest, startStubServer } from '../testing/stub-server.ts'
import { FeedItem } from './feed-item.ts'

async function stub(answer: (request: SeenRequest, response: ServerResponse) => void) {
  const server = await startStubServer(answer)
  onTestFinished(() => server.close())
  return server
}

const look = (url: string, cursor: Parameters<typeof callPoll>[2] = null) => callPoll('feed.newItem', { url }, cursor)

async function itemsOf(text: string, contentType = 'application/xml'): Promise<{ key: string; item: FeedItem }[]> {
  const server = await stub((_request, response) => void response.setHeader('Content-Type', contentType).end(text))
  const { items, more } = await look(`${server.url}/blog/feed.xml`)
  expect(more).toBe(false)
  return items.map(({ key, data }) => ({ key, item: FeedItem.parse(JSON.parse(data)) }))
}

const rss = (items: string) =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/">
   <channel><title>News &amp; more</title><link>https://example.com/</link>${items}</channel></rss>`

describe('an item is told of alike, whatever the kind of feed', () => {
  test('RSS', async () => {
    const [only] = await itemsOf(
      rss(`<item><title>One &amp; all</title><link>/posts/1</link><guid isPermaLink="false">id-1</guid>
        <pubDate>Wed, 02 Oct 2024 15:00:00 +0200</pubDate><description>Short</description>
        <content:encoded><![CDATA[<p>Long</p>]]></content:encoded><dc:creator>Ada</dc:creator><category>tea</category>
        <enclosure url="/1.mp3" length="12" type="audio/mpeg"/></item>`),
    )
    expect(only?.key).toBe('id-1')
    expect(only?.item).toMatchObject({
      id: 'id-1',
      title: 'One & all',
      link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/posts\/1$/),
      summary: 'Short',
      content: '<p>Long</p>',
      author: 'Ada',
      publishedAt: '2024-10-02T13:00:00.000Z',
      categories: ['tea'],
      files: [{ url: expect.stringMatching(/\/1\.mp3$/), type: 'audio/mpeg', bytes: 12 }],
      feed: { title: 'News & more', link: 'https://example.com/' },
    })
  })

  test('Atom', async () => {
    const [only] = await itemsOf(`<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><id>urn:a</id>
      <link rel="self" href="https://example.com/atom"/><link href="https://example.com/"/><updated>2024-01-01T00:00:00Z</updated>
      <entry><id>urn:1</id><title>T</title><updated>2024-01-03T00:00:00Z</updated><published>2024-01-02T00:00:00+01:00</published>
      <link rel="alternate" href="https://example.com/1"/><author><name>Bo</name></author><category term="x" label="Ex"/>
      <summary>S</summary><content type="html">&lt;b&gt;C&lt;/b&gt;</content></entry></feed>`)
    expect(only).toMatchObject({
      key: 'urn:1',
      item: {
        title: 'T',
        link: 'https://example.com/1',
        author: 'Bo',
        summary: 'S',
        content: '<b>C</b>',
        publishedAt: '2024-01-01T23:00:00.000Z',
        updatedAt: '2024-01-03T00:00:00.000Z',
        categories: ['Ex'],
        feed: { title: 'A', link: 'https://example.com/' },
      },
    })
  })

  test('RDF', async () => {
    const [only] =
      await itemsOf(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.com/"><title>R</title>
      <link>https://example.com/</link><description>d</description></channel><item rdf:about="https://example.com/1">
      <title>T</title><link>https://example.com/1</link><dc:date>2024-01-02</dc:date></item></rdf:RDF>`)
    expect(only).toMatchObject({ key: 'https://example.com/1', item: { title: 'T', publishedAt: '2024-01-02T00:00:00.000Z' } })
  })

  test('JSON Feed', async () => {
    const [only] = await itemsOf(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'J',
        home_page_url: 'https://example.com/',
        items: [{ id: '7', url: 'https://example.com/7', title: 'T', content_text: 'C', date_published: '2024-01-02T00:00:00Z' }],
      }),
      'application/feed+json',
    )
    expect(only).toMatchObject({ key: '7', item: { title: 'T', link: 'https://example.com/7', content: 'C' } })
  })
})

test('an item without an id is known by its link, and one without either by what it says', async () => {
  const text = rss(
    '<item><title>A</title><link>https://example.com/a</link></item><item><title>B</title></item><item><title>C</title></item>',
  )
  const first = (await itemsOf(text)).map(({ key }) => key)
  expect(first[2]).toBe('https://example.com/a')
  expect(new Set(first).size).toBe(3)
  expect((await itemsOf(text)).map(({ key }) => key)).toEqual(first)
})

test('items come oldest first: by their dates, or else from the feed’s end', async () => {
  const item = (id: number, day?: string) =>
    `<item><guid>${id}</guid>${day === undefined ? '' : `<pubDate>${day} Jan 2024 00:00:00 GMT</pubDate>`}</item>`
  const keys = async (items: string) => (await itemsOf(rss(items))).map(({ key }) => key)
  expect(await keys(item(1, '02') + item(2, '01') + item(3, '03'))).toEqual(['2', '1', '3'])
  expect(await keys(item(1) + item(2) + item(3, '01'))).toEqual(['3', '2', '1'])
})

test('a feed in another character set can be read', async () => {
  const text =
    '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><title>x</title><item><title>Caf\u00e9</title><guid>1</guid></item></channel></rss>'
  const server = await stub((_request, response) => void response.end(Buffer.from(text, 'latin1')))
  const { items } = await look(server.url)
  expect(JSON.parse(items[0]?.data ?? '')).toMatchObject({ title: 'Café' })
})

test('a server that says nothing has changed is not asked for the whole feed again', async () => {
  const server = await stub((request, response) => {
    if (request.headers['if-none-match'] === '"v1"') return void response.writeHead(304).end()
    response
      .writeHead(200, { ETag: '"v1"', 'Last-Modified': 'Wed, 02 Oct 2024 13:00:00 GMT' })
      .end(rss('<item><guid>1</guid></item>'))
  })
  const first = await look(server.url)
  expect(first).toMatchObject({ items: [{ key: '1' }], cursor: { etag: '"v1"', lastModified: 'Wed, 02 Oct 2024 13:00:00 GMT' } })
  expect(await look(server.url, first.cursor)).toEqual({ items: [], cursor: first.cursor, more: false })
  expect(server.seen[1]?.headers).toMatchObject({ 'if-none-match': '"v1"', 'if-modified-since': 'Wed, 02 Oct 2024 13:00:00 GMT' })
})

test('a long feed is read without keeping anybody waiting', async () => {
  const items = Array.from({ length: 3000 }, (_, n) => `<item><guid>${n}</guid><title>${'x'.repeat(100)}</title></item>`).join('')
  const found = await itemsOf(rss(items))
  expect(found).toHaveLength(3000)
  expect(found[0]?.key).toBe('2999')
})

describe('what is no feed is told in words that help', () => {
  test.each([
    ['<html><head></head><body>Hello</body></html>', /is no feed/],
    [
      '<html><head><link rel="alternate" type="application/rss+xml" title="x" href="/rss.xml?a=1&amp;b=2"></head></html>',
      /page\. Its feed is at http:\/\/127\.0\.0\.1:\d+\/rss\.xml\?a=1&b=2/,
    ],
    ['{"hello": 1}', /is no feed/],
    ['', /is no feed/],
    // Links without an end, each of which could go on through the next ones.
    ['<link type=application/rss+xml '.repeat(160_000), /is no feed/],
    ['<rss version="2.0"><channel><title>x', /broken/],
    [`<rss version="2.0"><channel>${'<item><guid>'.repeat(50_000)}</channel></rss>`, /broken|no feed/],
  ])('%.40s', async (text, words) => {
    const server = await stub((_request, response) => void response.end(text))
    await expect(look(server.url)).rejects.toMatchObject({ code: 'action_failed', message: expect.stringMatching(words) })
  })

  test('an error of the server, and how long it wants to be left alone', async () => {
    const server = await stub((_request, response) => void response.writeHead(429, { 'Retry-After': '120' }).end())
    await expect(look(server.url)).rejects.toMatchObject({ code: 'http_error', facts: { status: 429, retryAfterMs: 120_000 } })
  })

  test.each([
    [{ url: '' }, /address of a feed/],
    [{ url: 'example' }, /whole web address/],
    [{ url: 'ftp://example.com' }, /only https/],
  ])('%j', async (params, words) => {
    const error = await callPoll('feed.newItem', params).catch((thrown: unknown) => thrown)
    expect(
      z.object({ code: z.literal('invalid_input'), message: z.string().regex(words) }).safeParse(error).error,
    ).toBeUndefined()
  })
})

test('entities of a feed’s own are not made larger', async () => {
  const bomb = `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
    <rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>&c;</title></item></channel></rss>`
  const server = await stub((_request, response) => void response.end(bomb))
  const outcome = await look(server.url).catch(() => undefined)
  expect((outcome?.items[0]?.data ?? '').length).toBeLessThan(2000)
})
