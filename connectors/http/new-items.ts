import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { JsonText } from '#shared/json.ts'
import { jsonDepth } from '#shared/json-text.ts'
import { ValueName } from '#shared/values.ts'
import { defineTrigger, type FetchResponse } from '../define.ts'
import { requestAddress } from './address.ts'
import { errorFromAnswer } from './error-from-answer.ts'
import { requestHeaders } from './headers.ts'
import { keyOf, listIn } from './list-in.ts'
import { nextPageOf } from './next-page.ts'

const mostBytes = 5 * 1024 ** 2
const mostDepth = 200
const usualHeader = 'Authorization'

/** What the server called the list the last time, and the page that is next in the middle of it. */
const Place = z.object({ etag: z.string().nullable(), lastModified: z.string().nullable(), next: z.string().nullable() })
type Place = z.infer<typeof Place>

export const newItems = defineTrigger({
  id: 'http.newItems',
  title: 'New item in a list on the web',
  description: 'Calls a web address every so often and starts a run for each new item of the list it answers with.',
  keywords: ['http', 'api', 'poll', 'list', 'watch', 'new', 'rest', 'json', 'check'],
  input: z.strictObject({
    url: z.string().trim().min(1, 'Put in a web address').meta({
      title: 'Address',
      description: 'What it answers with holds the list.',
      placeholder: 'https://api.example.com/orders',
    }),
    query: z.record(z.string(), z.unknown()).optional().meta({
      title: 'Address parameters',
      description: 'Added to the address after the question mark.',
      control: 'keyValue',
    }),
    headers: z.record(z.string(), z.unknown()).optional().meta({
      title: 'Headers',
      description: 'Sent along with the call, by name.',
      control: 'keyValue',
    }),
    list: z.string().trim().default('').meta({
      title: 'Where the list is',
      description: 'Its place in the answer. Leave it empty when the answer is the list, or has only one.',
      placeholder: 'data.orders',
    }),
    key: z.string().trim().default('').meta({
      title: 'What an item is known by',
      description: 'A field that differs from item to item, such as its number. Left empty it is id, or else the whole item.',
      placeholder: 'id',
    }),
    order: z
      .enum(['newestFirst', 'oldestFirst'])
      .default('newestFirst')
      .meta({
        title: 'The list begins with',
        description: 'Runs start oldest item first.',
        labels: { newestFirst: 'The newest item', oldestFirst: 'The oldest item' },
        advanced: true,
      }),
    allPages: z.boolean().default(false).meta({
      title: 'Go through all pages',
      description: 'Where the answer names a next page in its Link header. Otherwise the first page is enough.',
      advanced: true,
    }),
    // Empty once it was chosen and is no more.
    signInWith: z
      .union([z.literal(''), ValueName])
      .default('')
      .meta({
        title: 'Sign in with',
        description: 'A secret, sent as a bearer token to the hosts it is meant for.',
        control: 'secret',
        advanced: true,
      }),
    signInHeader: z.string().trim().default(usualHeader).meta({
      title: 'Header it is sent in',
      description: 'In any other than Authorization it is sent by itself.',
      advanced: true,
    }),
  }),
  output: z.unknown(),
  async poll(input, { cursor, fetch, secret, signal }) {
    const { allPages, order } = input
    const place: Place = Place.safeParse(cursor).data ?? { etag: null, lastModified: null, next: null }
    const first = requestAddress(input.url, input.query)
    const address = allPages && place.next !== null ? requestAddress(place.next) : first
    const answer = await fetch({
      url: address.href,
      method: 'GET',
      headers: [
        ...requestHeaders(input.headers, { accept: 'application/json', 'user-agent': 'Holdfast' }),
        ...signIn(input, secret),
        // That the first page is as it was tells nothing of the others.
        ...(allPages ? [] : conditions(place)),
      ],
      maxBytes: mostBytes,
      signal,
    })
    if (answer.status === 304) return { items: [], cursor: place }
    if (answer.status !== 200) throw errorFromAnswer(answer, 'GET', address)
    const texts = listIn(textOf(answer), input.list)
    const items = texts.map((text) => ({ key: keyOf(text, input.key), data: { jsonText: text } }))
    const next = allPages ? (nextPageOf(headerOf(answer, 'link'), address)?.href ?? null) : null
    const called = { etag: headerOf(answer, 'etag') ?? null, lastModified: headerOf(answer, 'last-modified') ?? null }
    return {
      items: order === 'newestFirst' ? items.toReversed() : items,
      cursor: { ...called, next },
      more: next !== null,
    }
  },
})

function signIn(
  { signInWith, signInHeader }: { signInWith: string; signInHeader: string },
  secret: (name: string) => string,
): [string, string][] {
  if (signInWith === '') return []
  const header = signInHeader === '' ? usualHeader : signInHeader
  const isUsual = header.toLowerCase() === usualHeader.toLowerCase()
  return requestHeaders({ [header]: `${isUsual ? 'Bearer ' : ''}${secret(signInWith)}` }, {})
}

function conditions({ etag, lastModified }: Place): [string, string][] {
  return [
    ...(etag === null ? [] : [['if-none-match', etag] satisfies [string, string]]),
    ...(lastModified === null ? [] : [['if-modified-since', lastModified] satisfies [string, string]]),
  ]
}

function headerOf({ headers }: FetchResponse, wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
}

function textOf({ body }: FetchResponse): JsonText {
  const text = new TextDecoder().decode(body)
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new AppError('action_failed', 'The answer is not valid JSON, so there is no list in it.', { cause })
  }
  if (jsonDepth(text, mostDepth) > mostDepth)
    throw new AppError('too_deep', `The answer is nested more than ${mostDepth} levels deep.`)
  return text
}
