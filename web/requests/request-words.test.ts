import { expect, test } from 'vitest'
import { requestName } from './request-words.ts'

test.each<[Parameters<typeof requestName>[0], string]>([
  [{ subject: 'Nimbus', state: 'started', reason: null }, 'Nimbus'],
  [{ subject: '{nothing', state: 'rejected', reason: 'invalid_json' }, '{nothing'],
  [{ subject: null, state: 'kept', reason: 'draft' }, 'No text in it'],
  [{ subject: null, state: 'rejected', reason: 'invalid_encoding' }, 'Not readable'],
  [{ subject: null, state: 'rejected', reason: 'signature_wrong' }, 'Unconfirmed sender'],
])('%j is called %s', (request, name) => {
  expect(requestName(request)).toBe(name)
})
