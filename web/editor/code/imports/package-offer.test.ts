import { expect, test } from 'vitest'
import { offerMark, packageOffer } from './package-offer.ts'

const place = { name: 'zod', line: 2, column: 19 }
const found = { name: 'zod', version: '4.6.7', description: 'Schemas', license: 'MIT' }
const own = {
  ...found,
  reason: null,
  integrity: null,
  files: null,
  bytes: null,
  addedBy: 'user_1',
  addedAt: '2026-11-25T10:00:00.000Z',
}
const nothing = { own: undefined, found: undefined, problem: undefined }

test('nothing is said of a package that is there, nor before anything is known', () => {
  expect(packageOffer(place, { ...nothing, own: { ...own, state: 'ready' } })).toBeUndefined()
  expect(packageOffer(place, nothing)).toEqual({ ...place, kind: 'looking' })
  expect(offerMark({ ...place, kind: 'looking' }, true)).toBeUndefined()
})

test('one that the registry has is offered to those who may add it; others are told whom to ask', () => {
  const offer = packageOffer(place, { ...nothing, found })
  expect(offer).toEqual({ ...place, kind: 'offered', version: '4.6.7', description: 'Schemas' })
  if (offer === undefined) return
  expect(offerMark(offer, true)).toMatchObject({ kind: 'offer', line: 2, said: 'Add zod 4.6.7 to this workspace?' })
  expect(offerMark(offer, false)).toMatchObject({ kind: 'log', said: 'Ask an admin to add zod' })
})

test('while it is installed its last words are shown, and why it could not be', () => {
  const log = ['fetching', 'unpacking']
  expect(packageOffer(place, { ...nothing, own: { ...own, state: 'installing', log } })).toMatchObject({ said: 'unpacking' })
  const failed = packageOffer(place, { ...nothing, own: { ...own, state: 'failed', reason: 'No room on the disk.' } })
  expect(failed).toMatchObject({ kind: 'failed', reason: 'No room on the disk.' })
})

test('a registry that can’t be asked is one sentence and no error', () => {
  const reason = 'The registry is away. Packages that are here work on: zod 4.6.7.'
  expect(packageOffer(place, { ...nothing, problem: reason })).toEqual({ ...place, kind: 'unavailable', reason })
})
