import { createHash } from 'node:crypto'
import { type AnyFeed, DetectError, parseFeed } from 'feedsmith'
import type { FeedItem } from './feed-item.ts'

type Feeds = { [Format in AnyFeed['format']]: Extract<AnyFeed, { format: Format }>['feed'] }
type ItemOf<Feed> = Feed extends { items?: (infer Item)[] } | { entries?: (infer Item)[] } ? Item : never
type Plain = Omit<FeedItem, 'id' | 'feed'> & { id: string | null }

/** The items of an RSS, Atom, RDF or JSON feed, oldest first; undefined when the text is no feed. Throws when it is a broken one. */
export function readFeed(text: string, address: string): FeedItem[] | undefined {
  const parsed = parse(text)
  if (parsed === undefined) return undefined
  const { feed, items } = plainFeed(parsed, address)
  const whole = items.map(({ id, ...item }) => ({ id: id ?? item.link ?? hashOf(item), ...item, feed }))
  return oldestFirst(whole)
}

function parse(text: string): AnyFeed | undefined {
  try {
    return parseFeed(text)
  } catch (error) {
    if (error instanceof DetectError) return undefined
    throw error
  }
}

function plainFeed(parsed: AnyFeed, address: string): { feed: FeedItem['feed']; items: Plain[] } {
  const inFull = (link: string | undefined) => whole(link, address)
  switch (parsed.format) {
    case 'rss': {
      const { title, link, items = [] } = parsed.feed
      return { feed: { title: textOr(title), link: inFull(link) }, items: items.map((item) => fromRss(item, inFull)) }
    }
    case 'rdf': {
      const { title, link, items = [] } = parsed.feed
      return { feed: { title: textOr(title), link: inFull(link) }, items: items.map((item) => fromRdf(item, inFull)) }
    }
    case 'atom': {
      const { title, links, entries = [] } = parsed.feed
      return {
        feed: { title: textOr(title?.value), link: inFull(pageOf(links)) },
        items: entries.map((item) => fromAtom(item, inFull)),
      }
    }
    case 'json': {
      const { title, home_page_url: link, items = [] } = parsed.feed
      return { feed: { title: textOr(title), link: inFull(link) }, items: items.map((item) => fromJson(item, inFull)) }
    }
  }
}

type InFull = (link: string | undefined) => string | null

function fromRss(item: ItemOf<Feeds['rss']>, inFull: InFull): Plain {
  const { guid, link, authors = [], categories = [], enclosures = [], dc, content, itunes } = item
  const page = link ?? (guid?.isPermaLink === false ? undefined : guid?.value)
  return {
    id: textOr(guid?.value),
    title: textOr(item.title),
    link: link === undefined && !isAddress(page) ? null : inFull(page),
    summary: textOr(item.description ?? itunes?.summary),
    content: textOr(content?.encoded),
    author: textOr(authors[0]?.name ?? authors[0]?.email ?? dc?.creators?.[0] ?? itunes?.author),
    publishedAt: instantOr(item.pubDate ?? dc?.dates?.[0]),
    updatedAt: null,
    categories: categories.flatMap(({ name }) => name ?? []),
    files: enclosures.flatMap(({ url, type, length }) => fileOf(inFull(url), type, length)),
  }
}

function fromRdf({ title, link, description, dc, content, rdf }: ItemOf<Feeds['rdf']>, inFull: InFull): Plain {
  return {
    id: textOr(rdf?.about),
    title: textOr(title),
    link: inFull(link),
    summary: textOr(description),
    content: textOr(content?.encoded),
    author: textOr(dc?.creators?.[0]),
    publishedAt: instantOr(dc?.dates?.[0]),
    updatedAt: null,
    categories: dc?.subjects ?? [],
    files: [],
  }
}

function fromAtom(item: ItemOf<Feeds['atom']>, inFull: InFull): Plain {
  const { id, title, links = [], summary, content, authors = [], categories = [], published, updated } = item
  return {
    id: textOr(id),
    title: textOr(title?.value),
    link: inFull(pageOf(links)),
    summary: textOr(summary?.value),
    content: textOr(content?.value),
    author: textOr(authors[0]?.name),
    publishedAt: instantOr(published) ?? instantOr(updated),
    updatedAt: instantOr(updated),
    categories: categories.flatMap(({ term, label }) => label ?? term ?? []),
    files: links.filter(({ rel }) => rel === 'enclosure').flatMap(({ href, type, length }) => fileOf(inFull(href), type, length)),
  }
}

function fromJson(item: ItemOf<Feeds['json']>, inFull: InFull): Plain {
  const { authors = [], tags = [], attachments = [] } = item
  return {
    id: textOr(item.id),
    title: textOr(item.title),
    link: inFull(item.url ?? item.external_url),
    summary: textOr(item.summary ?? item.content_text),
    content: textOr(item.content_html ?? item.content_text),
    author: textOr(authors[0]?.name),
    publishedAt: instantOr(item.date_published),
    updatedAt: instantOr(item.date_modified),
    categories: tags,
    files: attachments.flatMap(({ url, mime_type: type, size_in_bytes: bytes }) => fileOf(inFull(url), type, bytes)),
  }
}

function pageOf(links: { href?: string | undefined; rel?: string | undefined }[] = []): string | undefined {
  return links.find(({ rel }) => rel === undefined || rel === 'alternate')?.href
}

function fileOf(url: string | null, type: string | undefined, bytes: number | undefined): FeedItem['files'] {
  return url === null ? [] : [{ url, type: type ?? null, bytes: bytes ?? null }]
}

/** Links in feeds may begin at the feed's own address. */
function whole(link: string | undefined, address: string): string | null {
  return link === undefined || link.trim() === '' ? null : (URL.parse(link.trim(), address)?.href ?? link)
}

function isAddress(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\//i.test(text.trim())
}

function textOr(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim()
}

function instantOr(date: string | undefined): string | null {
  const at = date === undefined ? Number.NaN : Date.parse(date.trim())
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

/** What has neither an id nor a link is known by what it says. */
function hashOf({ title, summary, content, publishedAt }: Omit<Plain, 'id'>): string {
  return createHash('sha256')
    .update(JSON.stringify([title, summary, content, publishedAt]))
    .digest('base64url')
}

/** Feeds begin with the newest; where all have a date, it decides. */
function oldestFirst(items: FeedItem[]): FeedItem[] {
  const turned = items.toReversed()
  const at = ({ publishedAt, updatedAt }: FeedItem) => publishedAt ?? updatedAt ?? ''
  if (turned.some((item) => at(item) === '')) return turned
  return turned.toSorted((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0))
}
