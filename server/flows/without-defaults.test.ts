import { expect, test } from 'vitest'
import { withoutDefaults } from './without-defaults.ts'

test('what a type says by itself is left out of its params, and nothing else', () => {
  const schema = {
    properties: { list: { default: '' }, order: { default: 'newest' }, pages: { default: { all: false } }, url: {} },
  }
  const params = { list: '', order: 'oldest', pages: { all: false }, url: '', other: null }
  expect(withoutDefaults(params, schema)).toEqual({ order: 'oldest', url: '', other: null })
})
