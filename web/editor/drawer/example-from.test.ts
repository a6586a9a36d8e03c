import { expect, test } from 'vitest'
import { exampleFrom } from './example-from.ts'

test('somebody who writes a sample begins with one of the right shape', () => {
  expect(
    exampleFrom({
      type: 'object',
      properties: {
        id: { type: 'string', title: 'Id' },
        link: { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'Link' },
        publishedAt: { anyOf: [{ type: 'null' }, { type: 'string' }] },
        kind: { enum: ['news', 'blog'] },
        tags: { type: 'array', items: { type: 'string' } },
        files: { type: 'array', items: { type: 'object', properties: { bytes: { type: ['number', 'null'] } } } },
        isNew: { type: 'boolean' },
        other: {},
      },
    }),
  ).toEqual({
    id: 'Id …',
    link: 'https://example.com/1',
    publishedAt: '2026-01-31T09:00:00.000Z',
    kind: 'news',
    tags: ['tags …'],
    files: [{ bytes: 1 }],
    isNew: true,
    other: 'other …',
  })
})
