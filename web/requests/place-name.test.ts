import { expect, test } from 'vitest'
import type { ParamSchema } from '#shared/manifest.ts'
import { placeName, placeNameInAll } from './place-name.ts'

const body: ParamSchema = { title: 'Answers', properties: { who: { title: 'Your name' }, 'e mail': { title: 'E-mail' } } }
const promised: ParamSchema = { properties: { at: { title: 'When it started' }, headers: { title: 'Headers' }, body } }

test.each([
  ['who', { label: 'Your name', ownName: 'who' }],
  ['["e mail"]', { label: 'E-mail', ownName: '["e mail"]' }],
  ['amount', { label: 'amount' }],
  ['lines.0.sku', { label: 'lines ▸ item 1 ▸ sku', ownName: 'lines.0.sku' }],
])('%s in what was sent', (path, name) => expect(placeName(body, path)).toEqual(name))

test.each([
  ['body.who', { label: 'Your name', ownName: 'body.who' }],
  ['body', { label: 'Answers', ownName: 'body' }],
  ['at', { label: 'When it started', ownName: 'at' }],
  ['headers.content-length', { label: 'Headers ▸ content-length', ownName: 'headers.content-length' }],
])('%s in all that came in', (path, name) => expect(placeNameInAll(promised, path)).toEqual(name))
