import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { defineTrigger, type FetchResponse } from '../define.ts'
import { requestAddress } from '../http/address.ts'
import { errorFromAnswer } from '../http/error-from-answer.ts'
import { FeedItem } from './feed-item.ts'
import { feedText } from './feed-text.ts'
import { readAside } from './read-aside.ts'

const mostBytes = 5 * 1024 ** 2

/** What the server called the feed the last time: it answers shortly while that is still so. */
const Place = z.object({ etag: z.string().nullable(), lastModified: z.string().nullable() })
type Place = z.infer<typeof Place>

export const newItem = defineTrigger({
  id: 'feed.newItem',
  title: 'New item in a feed',
  description: 'Starts a run for each new item of a feed (RSS or its like): of a blog, a news page or a podcast.',
  keywords: ['rss', 'atom', 'feed', 'news', 'blog', 'podcast', 'poll', 'follow', 'watch', 'new'],
  input: z.strictObject({
    url: z.string().trim().min(1, 'Put in the address of a feed').meta({
      title: 'Address of the feed',
      description: 'The feed itself, not the page it belongs to.',
      placeholder: 'https://example.com/feed.xml',
    }),
  }),
  output: FeedItem,
  async poll({ url }, { cursor, fetch, signal }) {
    const address = requestAddress(url)
    const place: Place = Place.safeParse(cursor).data ?? { etag: null, lastModified: null }
    const answer = await fetch({
      url: address.href,
      method: 'GET',
      headers: [
        [
          'accept',
          'application/rss+xml, application/atom+xml, application/feed+json, application/json;q=0.9, application/xml;q=0.8, */*;q=0.5',
        ],
        ['user-agent', 'Holdfast'],
        ...(place.etag === null ? [] : [['if-none-match', place.etag] satisfies [string, string]]),
        ...(place.lastModified === null ? [] : [['if-modified-since', place.lastModified] satisfies [string, string]]),
      ],
      maxBytes: mostBytes,
      signal,
    })
    if (answer.status === 304) return { items: [], cursor: place }
    if (answer.status !== 200) throw errorFromAnswer(answer, 'GET', address)
    const text = feedText(answer.body, headerOf(answer, 'content-type') ?? '')
    const items = await readAside(text, answer.url, signal)
    if (items === undefined) throw noFeed(text, answer.url)
    return { items: items.map((item) => ({ key: item.id, data: item })), cursor: placeOf(answer) }
  },
})

function placeOf(answer: FetchResponse): Place {
  return { etag: headerOf(answer, 'etag') ?? null, lastModified: headerOf(answer, 'last-modified') ?? null }
}

function headerOf({ headers }: FetchResponse, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
}

/** Mostly somebody has put in the page: it says where its feed is. */
function noFeed(text: string, address: string): AppError {
  const href = linkToFeed(text)
  const found = href === undefined ? undefined : URL.parse(href.replaceAll('&amp;', '&'), address)?.href
  return new AppError(
    'action_failed',
    found === undefined
      ? 'What is at this address is no feed. Look for “RSS” or “Feed” on the page, and put in the address it leads to.'
      : `What is at this address is a page. Its feed is at ${found}: put in that address.`,
  )
}

/** Tag by tag, none of which goes beyond the next one: a page may be made to keep whoever reads it busy. */
function linkToFeed(text: string): string | undefined {
  for (const [tag] of text.matchAll(/<link\b[^<>]{1,1000}>/gi))
    if (/\btype=["']?application\/(?:rss\+xml|atom\+xml|feed\+json)/i.test(tag))
      return /\bhref=["']?([^"'\s>]{1,500})/i.exec(tag)?.[1]
  return undefined
}
